"""What failed checks found: how many rows, a few of them, and where all of them are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dbt.artifacts.schemas.run import RunExecutionResult, RunResult

from podflow_dbt.outcome import failed_nodes, is_check
from podflow_dbt.run import Command, run
from podflow_dbt.settings import Settings
from podflow_task.log import event

SHOWN = 5
"""Rows of a failed check that the log shows."""


@dataclass(frozen=True)
class Finding:
    """One failed check of data."""

    check: str
    model: str
    """What was checked."""
    rows: int
    kept: str
    """The table with all rows that the check found."""
    shown: list[dict[str, str]] = field(default_factory=list)

    @property
    def query(self) -> str:
        """How to see all of them."""
        return f"select * from {self.kept}"  # noqa: S608 - for people, and the name is dbt's own


def find(execution: RunExecutionResult, command: Command, settings: Settings) -> list[Finding]:
    """Run the checks that failed once more, to keep what they find in tables and to read a few rows of each.

    Nothing is kept of checks that pass: a table for each would cost every build more than the checks themselves.

    Raises:
        ProjectError: dbt could not.
        KeyboardInterrupt: a signal ended it.
    """
    failed = [each.node.name for each in failed_nodes(execution) if is_check(each)]
    if not failed:
        return []
    again = replace(command, name="test", select=" ".join(failed), full_refresh=False)
    kept = run(replace(again, options=("--store-failures",)), settings)
    sample = run(replace(again, name="show", options=("--limit", str(SHOWN), "--output", "json")), settings)
    shown = {each.node.name: _rows(each.agate_table) for each in sample.results}
    return list(_findings(kept.results, shown))


def tell(findings: Sequence[Finding]) -> None:
    """Log each finding, then its rows one a line, so that the reason can be read where the task failed."""
    for each in findings:
        event("check failed", level="error", check=each.check, on=each.model, rows=each.rows, see=each.query)
        for row in each.shown:
            event("found", level="error", check=each.check, row=row)


def summary(findings: Sequence[Finding]) -> str:
    """Return the findings for the error that ends the pod."""
    return "; ".join(f"{each.check} (on {each.model}), rows found: {each.rows}, see {each.query}" for each in findings)


def _findings(results: Sequence[RunResult], shown: dict[str, list[dict[str, str]]]) -> Iterator[Finding]:
    for each in results:
        # A check that could not run (status error) has found nothing, and its message is in the build's own.
        if each.failures:
            node: Any = each.node
            # Of a check that is a file of its own dbt knows only what it reads.
            about = getattr(node, "attached_node", None) or ", ".join(node.depends_on.nodes)
            kept = f"{node.schema}.{node.alias}"
            yield Finding(node.name, about.replace("model.podflow.", ""), each.failures, kept, shown.get(node.name, []))


def _rows(table: Any) -> list[dict[str, str]]:
    if table is None:
        return []
    names = list(table.column_names)
    return [dict(zip(names, map(str, row.values()), strict=True)) for row in table.rows]
