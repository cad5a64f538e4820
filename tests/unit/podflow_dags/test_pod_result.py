from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from kubernetes.client import models as k8s

from podflow_dags.pod_result import ResultError, exit_code, explain, member, result_of
from tests.unit.podflow_dags.cluster import End

Ended = Callable[..., k8s.V1Pod]


@pytest.fixture
def ended() -> Ended:
    def make(message: str = "", code: int | None = 0, **more: Any) -> k8s.V1Pod:
        end = End(message, code, **more)
        resources = k8s.V1ResourceRequirements(limits={"memory": "256Mi"})
        return k8s.V1Pod(
            metadata=k8s.V1ObjectMeta(
                name="load-x", namespace="podflow", deletion_timestamp=datetime.now(UTC) if end.deleted else None
            ),
            spec=k8s.V1PodSpec(containers=[k8s.V1Container(name="base", resources=resources)]),
            status=end.status(),
        )

    return make


def test_a_result_is_the_json_object_of_the_message(ended: Ended) -> None:
    assert result_of(ended('{"rows": 2}\n')) == {"rows": 2}


def test_a_pod_may_have_no_result(ended: Ended) -> None:
    assert result_of(ended("")) is None


def test_a_result_that_kubernetes_cut_off_is_told_apart(ended: Ended) -> None:
    with pytest.raises(ResultError, match="was cut off"):
        result_of(ended('{"chunks": ["' + "x" * 4083))


@pytest.mark.parametrize("message", ["[1, 2]", '"done"', "NULL", "null"])
def test_only_an_object_is_a_result(ended: Ended, message: str) -> None:
    with pytest.raises(ResultError):
        result_of(ended(message))


def test_a_member_that_is_null_is_there() -> None:
    assert member({"chunks": None}, "chunks") is None


def test_no_result_has_no_members() -> None:
    with pytest.raises(ResultError, match="no member 'chunks'; it has: nothing"):
        member(None, "chunks")


def test_a_pod_that_has_not_ended_has_no_exit_code(ended: Ended) -> None:
    assert exit_code(ended(code=None)) is None


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ({"code": 3, "message": '{"error": "books.csv: no column isbn"}'}, "exit code 3: books.csv: no column isbn"),
        ({"code": 2}, "exit code 2: Error"),
        (
            {"code": 137, "reason": "OOMKilled"},
            "OOMKilled (exit code 137): it needed more memory than its limit of 256Mi",
        ),
        ({"code": 1, "pod_reason": "DeadlineExceeded"}, "DeadlineExceeded: said by the kubelet"),
        ({"code": None, "waiting": "ErrImagePull"}, "did not start, ErrImagePull: no such image"),
        ({"code": 0, "deleted": True}, "was deleted while it ran"),
    ],
)
def test_the_cause_is_on_the_first_line(ended: Ended, arguments: dict[str, Any], cause: str) -> None:
    assert explain(ended(**arguments)).splitlines()[0].startswith(f"pod load-x: {cause}")


def test_a_pod_that_left_no_error_is_explained_by_the_end_of_its_log(ended: Ended) -> None:
    log = "\n".join(f"line {number}" for number in range(1, 15))
    lines = explain(ended(log, 1)).splitlines()
    assert lines[:2] == ["pod load-x: exit code 1: the log ends with", "    line 5"]
    assert lines[10] == "    line 14"


def test_the_commands_that_show_more_can_be_copied(ended: Ended) -> None:
    assert explain(ended(code=1)).splitlines()[1:] == [
        "  kubectl logs --namespace podflow load-x",
        "  kubectl describe pod --namespace podflow load-x",
    ]


def test_a_pod_that_did_not_start_has_no_log_to_show(ended: Ended) -> None:
    assert "kubectl logs" not in explain(ended(code=None, waiting="ErrImagePull"))


def test_an_unschedulable_pod_says_what_the_scheduler_said(ended: Ended) -> None:
    pod = ended(code=None)
    condition = k8s.V1PodCondition(
        type="PodScheduled", status="False", reason="Unschedulable", message="0/1 nodes: Insufficient cpu"
    )
    pod.status = k8s.V1PodStatus(phase="Pending", conditions=[condition])
    assert "did not start, Unschedulable: 0/1 nodes: Insufficient cpu" in explain(pod)
