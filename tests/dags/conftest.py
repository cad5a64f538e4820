"""The DAG files as Airflow's own parser reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.served import serving

FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def bag() -> DagBag:
    return DagBag(FOLDER, bundle_path=FOLDER, bundle_name="podflow")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """An empty cluster with its API server, put behind PodTask."""
    with serving(Cluster()) as served:
        yield served.put_behind_pod_task(monkeypatch)
