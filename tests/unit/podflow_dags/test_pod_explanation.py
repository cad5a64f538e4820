from typing import Any

import pytest

from podflow_dags.pod_api import PodApi
from podflow_dags.pod_explanation import cause, explain
from podflow_dags.pod_follow import End
from tests.unit.podflow_dags.pods import Bench
from tests.unit.podflow_dags.served import Served


def test_the_error_that_a_pod_left_is_the_cause(bench: Bench) -> None:
    bench.pod.end(3, '{"error": "books.csv: no column isbn"}')
    assert cause(End(bench.seen())) == "exit code 3: books.csv: no column isbn"


def test_a_pod_that_left_nothing_has_its_exit_code(bench: Bench) -> None:
    bench.pod.end(2)
    assert cause(End(bench.seen())) == "exit code 2: Error"


@pytest.mark.parametrize("message", ['{"rows": 2}', '["error"]', "7"])
def test_a_message_that_is_no_error_is_shown_as_it_is(bench: Bench, message: str) -> None:
    bench.pod.end(2, message)
    assert cause(End(bench.seen())) == f"exit code 2: the log ends with\n    {message}"


def test_a_crash_is_explained_by_the_end_of_the_log(bench: Bench) -> None:
    bench.pod.end(1, "\n".join(f"line {number}" for number in range(1, 15)))
    lines = cause(End(bench.seen())).splitlines()
    assert lines == ["exit code 1: the log ends with", *(f"    line {number}" for number in range(5, 15))]


def test_an_oom_kill_names_the_limit(bench: Bench) -> None:
    bench.pod.end(137, reason="OOMKilled")
    assert cause(End(bench.seen())).startswith("OOMKilled at 256Mi (exit code 137)")


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("Evicted", "The node was low on resource: memory."),
        ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"),
    ],
)
def test_what_the_kubelet_decided_is_the_cause(bench: Bench, reason: str, message: str) -> None:
    bench.pod.end(137, '{"error": "stopped"}', status={"reason": reason, "message": message})
    assert cause(End(bench.seen())) == f"{reason}: {message}"


def test_a_drained_node_is_the_cause(bench: Bench) -> None:
    bench.pod.run()
    bench.pod.disrupt("EvictionByEvictionAPI", "Eviction API: evicting")
    bench.pod.be_deleted()
    bench.pod.end(143)
    assert cause(End(bench.seen(), gone=True)) == (
        "was taken from its node (EvictionByEvictionAPI: Eviction API: evicting)"
    )


def test_a_deletion_is_the_cause_whatever_the_exit_code(bench: Bench) -> None:
    bench.pod.run()
    bench.pod.be_deleted()
    bench.pod.end(0)
    text = cause(End(bench.seen()))
    assert text.startswith("was deleted while it ran, by somebody else than its task")
    assert "exited with 0 does not say that its work was done" in text


def test_a_pod_that_vanished_was_deleted(bench: Bench) -> None:
    bench.pod.run()
    assert cause(End(bench.seen(), gone=True)).startswith("was deleted while it ran")


def test_an_unschedulable_pod_has_the_schedulers_words(bench: Bench) -> None:
    bench.pod.unschedulable("0/1 nodes are available: 1 Insufficient cpu.")
    assert cause(End(bench.seen(), gave_up="was without a node for 600 s")) == (
        "was without a node for 600 s; Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
    )


def test_an_image_that_cannot_be_pulled_is_named(bench: Bench) -> None:
    bench.pod.wait("ImagePullBackOff", 'Back-off pulling image "nowhere/ingest:1"')
    reason = 'did not start, ImagePullBackOff: Back-off pulling image "nowhere/ingest:1"'
    assert cause(End(bench.seen(), gave_up=reason)) == reason


def test_a_pod_that_failed_without_a_container_is_not_without_a_word(bench: Bench) -> None:
    bench.pod.fail_unstarted()
    assert cause(End(bench.seen())).startswith("ended as Failed without a word about its container")


def test_cause_events_and_commands_follow_each_other(bench: Bench) -> None:
    bench.pod.end(1, '{"error": "no"}')
    assert explain(End(bench.seen()), ["Normal Scheduled: to node-1", "Warning Failed: no"]).splitlines() == [
        "pod load-x: exit code 1: no",
        "events of the pod:",
        "  Normal Scheduled: to node-1",
        "  Warning Failed: no",
        "see:",
        "  kubectl logs --namespace podflow load-x",
        "  kubectl describe pod --namespace podflow load-x",
    ]


def test_a_pod_without_events_has_no_empty_list(bench: Bench) -> None:
    bench.pod.end(1)
    assert "events of the pod" not in explain(End(bench.seen()), [])


def test_a_pod_that_did_not_start_has_no_log_to_show(bench: Bench) -> None:
    bench.pod.fail_unstarted()
    text = explain(End(bench.seen()), [])
    assert "kubectl logs" not in text
    assert "kubectl describe" in text


@pytest.mark.parametrize("how", [{"gone": True}, {"gave_up": "did not start"}])
def test_a_pod_that_is_gone_is_not_described(bench: Bench, how: dict[str, Any]) -> None:
    bench.pod.run()
    lines = explain(End(bench.seen(), **how), []).splitlines()
    assert lines[-2:] == ["the pod is gone. More may be in:", "  kubectl get events --namespace podflow"]


def test_only_the_pods_own_last_events_are_shown(bench: Bench, served: Served, api: PodApi) -> None:
    served.cluster.events += [event(bench.pod.uid, f"own {number}") for number in range(12)]
    served.cluster.events += [event("another", "foreign")]
    assert api.events(bench.seen()) == [f"Warning Failed: own {number}" for number in range(2, 12)]


def test_events_that_cannot_be_read_do_not_hide_the_cause(bench: Bench, served: Served, api: PodApi) -> None:
    served.api.refuse("/events", 403)
    assert api.events(bench.seen()) == []


def event(uid: str, message: str) -> dict[str, Any]:
    about = {"kind": "Pod", "uid": uid}
    return {"metadata": {}, "involvedObject": about, "type": "Warning", "reason": "Failed", "message": message}
