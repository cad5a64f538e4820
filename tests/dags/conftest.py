"""The DAG files as Airflow's own parser reads them."""

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def bag() -> DagBag:
    return DagBag(FOLDER, bundle_path=FOLDER, bundle_name="podflow")
