"""The command `podflow-dbt`: what a pod of the dbt image runs."""

import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from dbt.artifacts.schemas.run import RunExecutionResult

from podflow_dbt import findings
from podflow_dbt import freshness as sources
from podflow_dbt.artifacts import store_artifacts, store_docs
from podflow_dbt.connection import check_connection
from podflow_dbt.docs import generate_docs
from podflow_dbt.errors import ArtifactError, ChecksFailedError, DbtError, NodesFailedError, StaleError
from podflow_dbt.outcome import failure, has_only_findings, summarise
from podflow_dbt.run import Command, run
from podflow_dbt.settings import Settings
from podflow_task import result
from podflow_task.command import command_line, run_command_line
from podflow_task.log import event

LAYERED = ("--indirect-selection", "buildable")
"""A test comes with the last of the models that it reads: one that compares silver with gold waits for gold."""

app = command_line("Run podflow's dbt project.")


@app.command()
def build(
    context: typer.Context,
    select: Annotated[str, typer.Option(help="Nodes to build, in dbt's selection syntax; forex is all of a source.")],
    target: Annotated[str, typer.Option(help="dev (schemas dev_...) or pro.")] = "dev",
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Rebuild incremental models.")] = False,  # noqa: FBT002
) -> None:
    """Build and test the selected models, keep dbt's artifacts, and renew the documentation of the whole project."""
    settings = context.ensure_object(Settings)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="podflow-dbt-") as workspace:
        command = Command("build", select, target, Path(workspace), full_refresh, LAYERED)
        execution = run(command, settings)
        artifacts = _keep_artifacts(settings, command.target_path)
        counts = {**summarise(execution), "artifacts": artifacts, "seconds": round(time.monotonic() - started, 3)}
        event("built", select=select, target=target, **counts)
        failed = failure(execution)
        if failed:
            kind = ChecksFailedError if has_only_findings(execution) else NodesFailedError
            raise kind("; ".join(filter(None, [failed, _explain(execution, command, settings)])))
        counts["docs"] = _renew_docs(settings, target, Path(workspace))
    result.write(settings.result_file, result.encode({"command": "build", "target": target, **counts}))


@app.command()
def freshness(
    context: typer.Context,
    select: Annotated[str, typer.Option(help="Sources in dbt's selection syntax: source:logistics is all of one.")],
    target: Annotated[str, typer.Option(help="dev or pro.")] = "pro",
) -> None:
    """Fail if a source has brought nothing for too long (`freshness` in its yml); a warning is logged and counted."""
    settings = context.ensure_object(Settings)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="podflow-dbt-") as workspace:
        results = sources.check_freshness(settings, select, target, Path(workspace))
    counts = {**sources.summarise(results), "seconds": round(time.monotonic() - started, 3)}
    event("asked", select=select, target=target, **counts)
    stale = sources.failure(results)
    if stale:
        raise StaleError(stale)
    result.write(settings.result_file, result.encode({"command": "freshness", "target": target, **counts}))


@app.command()
def debug(
    context: typer.Context,
    target: Annotated[str, typer.Option(help="dev or pro.")] = "dev",
) -> None:
    """Log in to the warehouse and ask it one question."""
    settings = context.ensure_object(Settings)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="podflow-dbt-") as workspace:
        check_connection(settings.project, target, Path(workspace))
    seconds = round(time.monotonic() - started, 3)
    event("connected", target=target, seconds=seconds)
    result.write(settings.result_file, result.encode({"command": "debug", "target": target, "seconds": seconds}))


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


def _explain(execution: RunExecutionResult, command: Command, settings: Settings) -> str:
    """Log what failed checks found, and return it in short; that it cannot be found changes nothing of the failure."""
    try:
        found = findings.find(execution, command, settings)
    except DbtError as error:
        event("findings lost", level="warn", error=str(error))
        return ""
    findings.tell(found)
    return findings.summary(found)


def _keep_artifacts(settings: Settings, target_path: Path) -> str | None:
    """Store the artifacts; the data is built by now, so a store that refuses is no reason to build it again."""
    try:
        return store_artifacts(settings, target_path)
    except ArtifactError as error:
        event("artifacts lost", level="warn", error=str(error))
        return None


def _renew_docs(settings: Settings, target: str, workspace: Path) -> str | None:
    """Replace the documentation, where landing keeps it; without it the build is no less true."""
    if not settings.landing_url:
        return None
    started = time.monotonic()
    try:
        url = store_docs(settings, target, generate_docs(settings, target, workspace))
    except DbtError as error:
        event("docs not renewed", level="warn", error=str(error))
        return None
    event("docs renewed", url=url, seconds=round(time.monotonic() - started, 3))
    return url


if __name__ == "__main__":
    main()
