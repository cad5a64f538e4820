"""PodTask with a Kubernetes API in memory behind it."""

import pytest

from tests.unit.podflow_dags.cluster import Cluster


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Put an empty cluster behind PodTask."""
    return Cluster().put_behind_pod_task(monkeypatch)
