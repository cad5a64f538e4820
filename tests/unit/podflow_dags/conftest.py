"""PodTask with a Kubernetes API in memory behind it."""

from types import SimpleNamespace

import pytest

from podflow_dags.pod_task import PodTask
from tests.unit.podflow_dags.cluster import Cluster


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Put an empty cluster behind PodTask."""
    made = Cluster()
    hook = SimpleNamespace(is_in_cluster=False, core_v1_client=made, get_pod=made.read_namespaced_pod)
    monkeypatch.setattr(PodTask, "hook", hook)
    return made
