from types import SimpleNamespace
from typing import Any, cast

from dbt.artifacts.schemas.run import RunExecutionResult

from podflow_dbt.outcome import LISTED, failure, has_only_findings, summarise
from podflow_task import result


def node(name: str, status: str, kind: str = "model", rows: int | None = None, message: str = "") -> Any:
    response = {} if rows is None else {"rows_affected": rows}
    described = SimpleNamespace(name=name, resource_type=kind)
    return SimpleNamespace(node=described, status=status, message=message, adapter_response=response)


def execution(*nodes: Any) -> RunExecutionResult:
    return cast("RunExecutionResult", SimpleNamespace(results=nodes))


MIXED = execution(
    node("orders", "success", rows=7),
    node("orders_view", "success", rows=-1),
    node("broken", "error", message="Database Error in model broken\n  column x does not exist"),
    node("unique_orders", "fail", "test", rows=3, message="Got 3 results, configured to fail if != 0"),
    node("fresh_orders", "warn", "test"),
    node("rounds", "pass", "unit_test"),
    node("behind", "skipped"),
    node("dashboard", "no-op", "exposure"),
)


def test_models_and_tests_are_counted_by_what_became_of_them() -> None:
    assert summarise(MIXED) == {
        "models": 4,
        "tests": 3,
        "passed": 3,
        "warned": 1,
        "failed": 2,
        "skipped": 1,
        "rows_affected": {"orders": 7},
    }


def test_a_failure_names_every_failed_node_with_its_reason_on_one_line() -> None:
    assert failure(MIXED) == (
        "2 of 8 nodes failed (1 node behind them was skipped): model broken: Database Error in model broken column x "
        "does not exist; test unique_orders: Got 3 results, configured to fail if != 0"
    )


def test_warnings_and_skips_alone_are_no_failure() -> None:
    assert failure(execution(node("fresh_orders", "warn", "test"), node("behind", "skipped"))) is None


def test_rows_of_the_largest_models_fit_in_a_termination_message() -> None:
    many = execution(*(node(f"{'m' * 59}{number:04d}", "success", rows=10**6 + number) for number in range(100)))
    summary = summarise(many)
    assert len(summary["rows_affected"]) == LISTED
    assert min(summary["rows_affected"].values()) == 10**6 + 60
    result.encode(summary)


def test_rows_that_a_check_found_are_told_from_what_could_not_run() -> None:
    found = node("unique_orders", "fail", "test")
    assert has_only_findings(execution(node("orders", "success"), found, node("behind", "skipped")))
    assert not has_only_findings(execution(found, node("positive_orders", "error", "test")))
    assert not has_only_findings(MIXED)
