import pytest

from podflow_dags.pod_result import ResultError, member, result_of
from tests.unit.podflow_dags.pods import Bench


def test_a_result_is_the_json_object_of_the_message(bench: Bench) -> None:
    bench.pod.end(0, '{"rows": 2}\n')
    assert result_of(bench.seen()) == {"rows": 2}


def test_a_pod_may_have_no_result(bench: Bench) -> None:
    bench.pod.end()
    assert result_of(bench.seen()) is None


def test_a_result_that_kubernetes_cut_off_is_told_apart(bench: Bench) -> None:
    bench.pod.end(0, '{"chunks": ["' + "x" * 4083)
    with pytest.raises(ResultError, match=r"pod load-x: .* was cut off"):
        result_of(bench.seen())


def test_a_short_message_was_not_cut_off(bench: Bench) -> None:
    bench.pod.end(0, "done")
    with pytest.raises(ResultError, match="this one begins with 'done'") as failure:
        result_of(bench.seen())
    assert "cut off" not in str(failure.value)


@pytest.mark.parametrize("message", ["[1, 2]", '"done"', "NULL", "null"])
def test_only_an_object_is_a_result(bench: Bench, message: str) -> None:
    bench.pod.end(0, message)
    with pytest.raises(ResultError):
        result_of(bench.seen())


def test_a_member_that_is_null_is_there() -> None:
    assert member({"chunks": None}, "chunks") is None


def test_a_missing_member_is_named_with_those_that_are() -> None:
    with pytest.raises(ResultError, match="no member 'chunks'; it has: rows, seconds"):
        member({"rows": 2, "seconds": 1}, "chunks")


def test_no_result_has_no_members() -> None:
    with pytest.raises(ResultError, match="no member 'chunks'; it has: nothing"):
        member(None, "chunks")
