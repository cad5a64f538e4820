"""The command `podflow-dbt`: what a pod of the dbt image runs."""

import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from podflow_dbt import result
from podflow_dbt.artifacts import store_artifacts
from podflow_dbt.connection import check_connection
from podflow_dbt.errors import ArtifactError, DbtError, NodesFailedError
from podflow_dbt.log import event
from podflow_dbt.outcome import failure, summarise
from podflow_dbt.run import Command, run
from podflow_dbt.settings import RESULT_FILE, Settings, read_settings

TERMINATED = 128 + signal.SIGTERM

app = typer.Typer(
    help="Run podflow's dbt project. Exit codes: 0 done, 1 failed (the reason is the last line of the log), "
    "2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def build(
    context: typer.Context,
    select: Annotated[str, typer.Option(help="Nodes to build, in dbt's selection syntax; forex is all of a source.")],
    target: Annotated[str, typer.Option(help="dev (schemas dev_...) or pro.")] = "dev",
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Rebuild incremental models.")] = False,  # noqa: FBT002
) -> None:
    """Build and test the selected models, and keep dbt's artifacts."""
    settings = context.ensure_object(Settings)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="podflow-dbt-") as workspace:
        command = Command("build", select, target, Path(workspace), full_refresh)
        execution = run(command, settings)
        artifacts = _keep_artifacts(settings, command.target_path)
    counts = {**summarise(execution), "artifacts": artifacts, "seconds": round(time.monotonic() - started, 3)}
    event("built", select=select, target=target, **counts)
    failed = failure(execution)
    if failed:
        raise NodesFailedError(failed)
    result.write(settings.result_file, result.encode({"command": "build", "target": target, **counts}))


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
    """Run the command line; every expected failure ends as one line in the log and in the pod's result."""
    # dbt cancels its queries when it is interrupted; Kubernetes ends a pod with SIGTERM.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    result_file = RESULT_FILE
    try:
        settings = read_settings()
        result_file = settings.result_file
        app(obj=settings, standalone_mode=True)
    except DbtError as error:
        event("failed", level="error", error=str(error))
        result.write(result_file, result.encode_error(str(error)))
    except KeyboardInterrupt:
        sys.exit(TERMINATED)
    sys.exit(1)


def _keep_artifacts(settings: Settings, target_path: Path) -> str | None:
    """Store the artifacts; the data is built by now, so a store that refuses is no reason to build it again."""
    try:
        return store_artifacts(settings, target_path)
    except ArtifactError as error:
        event("artifacts lost", level="warn", error=str(error))
        return None


if __name__ == "__main__":
    main()
