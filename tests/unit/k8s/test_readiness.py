from typing import Any

import pytest

from k8s import readiness

_SINCE = readiness.moment("2026-11-20T20:10:00.123456789Z")


def _pod(name: str, started: str | None = "2026-11-20T20:10:05Z", *, ready: bool = True) -> dict[str, Any]:
    state = {"running": {"startedAt": started}} if started else {"waiting": {"reason": "ContainerCreating"}}
    return {"metadata": {"name": name}, "status": {"containerStatuses": [{"ready": ready, "state": state}]}}


def _pods(*changed: dict[str, Any]) -> dict[str, Any]:
    names = {pod["metadata"]["name"] for pod in changed}
    usual = ("coredns-1", "kube-proxy-1", "local-path-provisioner-1")
    return {"items": [*changed, *(_pod(name) for name in usual if name not in names)]}


def test_cluster_with_all_parts_ready_misses_nothing() -> None:
    assert readiness.unready_pod(_pods(), _SINCE) is None


@pytest.mark.parametrize(
    "pod",
    [
        _pod("coredns-1", ready=False),
        _pod("coredns-1", started=None),
        _pod("coredns-1", started="2026-11-20T20:09:59Z"),
        {"metadata": {"name": "coredns-1"}, "status": {}},
    ],
    ids=["not ready", "not running", "told from before the restart", "not scheduled"],
)
def test_part_without_a_ready_and_fresh_pod_is_named(pod: dict[str, Any]) -> None:
    assert readiness.unready_pod(_pods(pod), _SINCE) == "coredns is not ready"


def test_one_ready_pod_of_a_part_is_enough() -> None:
    assert readiness.unready_pod(_pods(_pod("coredns-1"), _pod("coredns-2", ready=False)), _SINCE) is None


@pytest.mark.parametrize(("status", "expected"), [("True", None), ("False", "node n is not ready")])
def test_node_counts_by_its_ready_condition(status: str, expected: str | None) -> None:
    conditions = [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": status}]
    nodes = {"items": [{"metadata": {"name": "n"}, "status": {"conditions": conditions}}]}
    assert readiness.unready_node(nodes) == expected


def test_cluster_without_nodes_is_not_ready() -> None:
    assert readiness.unready_node({"items": []}) == "there is no node"
