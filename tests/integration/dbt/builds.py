"""The command `podflow-dbt`, run as its pod runs it, and what it leaves in a warehouse."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.parsed_project import parsed_copy

ROOT = Path(__file__).parents[3]


@cache
def parsed_project() -> Path:
    """Return a parsed copy of the project, the same for all tests: a parse is most of a command's time."""
    folder = Path(tempfile.mkdtemp(prefix="podflow-dbt-"))
    atexit.register(shutil.rmtree, folder)
    return parsed_copy(folder / "dbt", "pro", "dev")


class Warehouse(Protocol):
    """A database of the test's own, as one of its roles sees it."""

    def connect(self, role: str = "ingest") -> psycopg.Connection: ...
    def environment(self, role: str = "ingest") -> dict[str, str]: ...


@dataclass(frozen=True)
class Finished:
    """What a pod leaves: exit code, result, log events."""

    code: int
    result: dict[str, Any]
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class Builds:
    """A warehouse, and the command that builds in it."""

    ingest: psycopg.Connection
    dbt: psycopg.Connection
    environment: dict[str, str]
    folder: Path

    def run(self, command: str, *options: str, project: Path | None = None, **environment: str) -> Finished:
        """Run the command as a pod does: settings from the environment, result in a file."""
        result = self.folder / "termination-log"
        result.write_text("")
        variables = {**self.environment, **environment}
        variables |= {"PODFLOW_RESULT_FILE": str(result), "PODFLOW_DBT_PROJECT": str(project or parsed_project())}
        arguments = [sys.executable, "-m", "podflow_dbt.cli", command, *options]
        run = subprocess.run(arguments, env=variables, capture_output=True, text=True, check=False)
        assert not run.stderr, run.stderr
        events = [json.loads(line) for line in run.stdout.splitlines()]
        return Finished(run.returncode, json.loads(result.read_text() or "{}"), events)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query as role dbt."""
        return self.dbt.execute(statement.encode()).fetchall()

    def relations(self, prefix: str) -> set[str]:
        """Return all tables and views in schemas whose name begins so."""
        found = self.query(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables"
            f" WHERE table_schema LIKE '{prefix}%'"
        )
        return {name for (name,) in found}


def pod_environment(warehouse: Warehouse) -> dict[str, str]:
    """Return the environment of a dbt pod."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}/images/dbt:{ROOT}/images/task",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "default::ResourceWarning",  # whatever is left open is told on stderr, which is to be empty
        **warehouse.environment("dbt"),
    }
