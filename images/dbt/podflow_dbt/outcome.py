"""What a run of dbt comes to: counts for the pod's result, and a message where nodes failed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dbt.artifacts.schemas.run import RunExecutionResult, RunResult

LISTED = 40
"""Models whose rows the result lists: so many fit in a termination message."""
_FAILED = {"error", "fail", "runtime error", "partial success"}
_PASSED = {"success", "pass"}
_MODELS = {"model", "seed", "snapshot"}
_TESTS = {"test", "unit_test"}


def summarise(execution: RunExecutionResult) -> dict[str, Any]:
    """Return the counts of nodes, and for the largest models the rows that dbt inserted, merged or updated."""
    results: Sequence[RunResult] = execution.results
    statuses = Counter(str(each.status) for each in results)
    kinds = [str(each.node.resource_type) for each in results]
    return {
        "models": sum(kind in _MODELS for kind in kinds),
        "tests": sum(kind in _TESTS for kind in kinds),
        "passed": sum(statuses[status] for status in _PASSED),
        "warned": statuses["warn"],
        "failed": sum(statuses[status] for status in _FAILED),
        "skipped": statuses["skipped"],
        "rows_affected": _rows_affected(results),
    }


def failure(execution: RunExecutionResult) -> str | None:
    """Return a message that names each failed node with dbt's reason, or None if none failed."""
    results: Sequence[RunResult] = execution.results
    failed = failed_nodes(execution)
    if not failed:
        return None
    reasons = "; ".join(f"{_kind(each)} {each.node.name}: {' '.join((each.message or '').split())}" for each in failed)
    skipped = sum(str(each.status) == "skipped" for each in results)
    behind = f"{skipped} nodes behind them were" if skipped > 1 else "1 node behind them was"
    consequence = f" ({behind} skipped)" if skipped else ""
    return f"{len(failed)} of {len(results)} nodes failed{consequence}: {reasons}"


def failed_nodes(execution: RunExecutionResult) -> list[RunResult]:
    """Return the nodes that failed, without those that were skipped for it."""
    return [each for each in execution.results if str(each.status) in _FAILED]


def is_check(result: RunResult) -> bool:
    """Whether it is a test of data, not of a model's logic."""
    return str(result.node.resource_type) == "test"


def has_only_findings(execution: RunExecutionResult) -> bool:
    """Whether all that failed are checks which could run and found rows."""
    return all(str(each.status) == "fail" and is_check(each) for each in failed_nodes(execution))


def _kind(result: RunResult) -> str:
    return str(result.node.resource_type).replace("_", " ")


def _rows_affected(results: Sequence[RunResult]) -> dict[str, int]:
    rows = {
        each.node.name: int(each.adapter_response["rows_affected"])
        for each in results
        if str(each.node.resource_type) not in _TESTS and each.adapter_response.get("rows_affected", -1) >= 0
    }
    largest = sorted(rows, key=lambda name: rows[name], reverse=True)[:LISTED]
    return {name: rows[name] for name in largest}
