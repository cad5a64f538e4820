"""The DAG files as Airflow's own parser reads them."""

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

from tests.unit.podflow_dags.cluster import Cluster

FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def bag() -> DagBag:
    return DagBag(FOLDER, bundle_path=FOLDER, bundle_name="podflow")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Put an empty cluster behind PodTask."""
    return Cluster().put_behind_pod_task(monkeypatch)
