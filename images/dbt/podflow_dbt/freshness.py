"""How old is what the sources brought last."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from dbt.artifacts.schemas.freshness import FreshnessResult, SourceFreshnessResult
from dbt.artifacts.schemas.results import FreshnessStatus

from podflow_dbt.baked import read_manifest
from podflow_dbt.errors import ProjectError
from podflow_dbt.run import folders, invoke
from podflow_dbt.settings import Settings

Results = Sequence[Any]
"""One a table: dbt's SourceFreshnessResult, or for a question that failed what dbt has instead."""
_FAILED = {FreshnessStatus.Error, FreshnessStatus.RuntimeErr}


def check_freshness(settings: Settings, select: str, target: str, workspace: Path) -> Results:
    """Ask each selected source table for its newest row (`dbt source freshness`).

    Raises:
        ProjectError: dbt did not get as far as asking, or no table was selected.
        KeyboardInterrupt: a signal ended it.
    """
    manifest = read_manifest(settings.project, target, settings.warehouse_database)
    chosen = ["--target", target, "--select", select]
    outcome = invoke(manifest, ["source", "freshness", *folders(settings.project, workspace), *chosen])
    if outcome.exception is not None:
        raise ProjectError(f"dbt source freshness: {outcome.exception}") from outcome.exception
    if not isinstance(outcome.result, FreshnessResult) or not outcome.result.results:
        raise ProjectError(f"dbt source freshness: no source matches --select {select}")
    return outcome.result.results


def summarise(results: Results) -> dict[str, Any]:
    """Return counts, and by table the age of its newest row in seconds."""
    statuses = Counter(each.status for each in results)
    return {
        "sources": len(results),
        "passed": statuses[FreshnessStatus.Pass],
        "warned": statuses[FreshnessStatus.Warn],
        "failed": sum(statuses[status] for status in _FAILED),
        "ages": {_name(each): round(each.age) for each in results if isinstance(each, SourceFreshnessResult)},
    }


def failure(results: Results) -> str | None:
    """Return a message that names each table that is too old or did not answer, or None if all are fresh enough."""
    failed = [each for each in results if each.status in _FAILED]
    return "; ".join(f"source {_name(each)}: {_reason(each)}" for each in failed) or None


def _name(result: Any) -> str:
    return f"{result.node.source_name}.{result.node.name}"


def _reason(result: Any) -> str:
    if not isinstance(result, SourceFreshnessResult):
        return " ".join((result.message or "").split())
    age = timedelta(seconds=round(result.age))
    return f"its newest row came {age} ago, longer than its `error_after`; see that it is still fed, and by what"
