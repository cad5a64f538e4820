"""One run of dbt inside this process, with its events as podflow's log lines."""

from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from traceback import walk_tb
from typing import Any, cast

from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from podflow_dbt.baked import read_manifest
from podflow_dbt.errors import ProjectError
from podflow_dbt.settings import Settings
from podflow_task.log import event

_SILENT = {"debug", "test"}
_STARTS = {"LogStartLine", "Formatting"}
"""Events of level info that say nothing which a later line does not say."""


@dataclass(frozen=True)
class Command:
    """A dbt command on a selection of nodes; `workspace` is a writable folder for what dbt writes."""

    name: str
    select: str
    target: str
    workspace: Path
    full_refresh: bool = False
    options: tuple[str, ...] = ()

    @property
    def target_path(self) -> Path:
        """Where dbt leaves manifest.json and run_results.json."""
        return self.workspace / "target"

    def arguments(self, project: Path) -> list[str]:
        """Return dbt's command line."""
        chosen = ["--target", self.target, "--select", self.select]
        refresh = ["--full-refresh"] if self.full_refresh else []
        return [self.name, *folders(project, self.workspace), *chosen, *refresh, *self.options]


def folders(project: Path, workspace: Path) -> list[str]:
    """Return the options that tell a command of dbt what it reads, and where it may write."""
    options = {
        "--project-dir": project,
        "--profiles-dir": project,
        "--target-path": workspace / "target",
        "--log-path": workspace / "logs",
    }
    return [str(part) for option in options.items() for part in option]


def run(command: Command, settings: Settings) -> RunExecutionResult:
    """Run dbt and return what became of each node.

    Raises:
        ProjectError: dbt did not get as far as running nodes, or no node was selected.
        KeyboardInterrupt: a signal ended the run; dbt has cancelled its queries.
    """
    manifest = read_manifest(settings.project, command.target, settings.warehouse_database)
    event("started", command=command.name, select=command.select, target=command.target, parsed=manifest is not None)
    outcome = invoke(manifest, command.arguments(settings.project))
    if outcome.exception is not None:
        raise ProjectError(f"dbt {command.name}: {outcome.exception}") from outcome.exception
    if not isinstance(outcome.result, RunExecutionResult) or not outcome.result.results:
        raise ProjectError(f"dbt {command.name}: no model or test matches --select {command.select}")
    return outcome.result


def invoke(manifest: Manifest | None, arguments: list[str]) -> dbtRunnerResult:
    """Run one command of dbt; its own log goes to a file, what matters of it as podflow's lines to stdout.

    Raises:
        KeyboardInterrupt: a signal ended it.
    """
    outcome = dbtRunner(manifest, [_log]).invoke(["--log-level", "none", *arguments])
    if isinstance(outcome.exception, (KeyboardInterrupt, SystemExit)):
        raise KeyboardInterrupt
    if outcome.exception is not None:
        _end_threads(outcome.exception)
    return outcome


def _end_threads(error: BaseException) -> None:
    """End the pool of threads that dbt left running: it has no name outside the frames that the error passed.

    dbt's execute_nodes closes its pool after the last node, not when one raises (a model that does not compile); left
    to Python's end, it sometimes finds its pipe closed already and writes a traceback after the pod's last line.
    """
    for frame, _ in walk_tb(error.__traceback__):
        for left in frame.f_locals.values():
            if isinstance(left, ThreadPool):
                left.terminate()


def _log(message: EventMsg) -> None:
    info = cast("Any", message).info
    text = info.msg.strip()
    if info.level in _SILENT or info.name in _STARTS or not text:
        return
    event("dbt", level=info.level, kind=info.name, message=text)
