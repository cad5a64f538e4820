"""What a pod imports before it begins: most of the time that a small chunk takes."""

import os
import subprocess
import sys

import pytest

from podflow_ingest.cli import COMMANDS, application

BASE = {"typer", "pydantic", "pydantic_settings", "obstore"}
HEAVY = {*BASE, "confluent_kafka", "httpx", "psycopg", "pyarrow", "rich", "tenacity", "zstandard"}
STARTS = """
import sys
from podflow_ingest.cli import application
application(sys.argv[1:])
for module in {modules}:
    __import__(module)
print(*sys.modules)
"""


def imported(command: str, *modules: str) -> set[str]:
    """Return what a new process imports for a command, and for the modules that it goes on with."""
    program = [sys.executable, "-c", STARTS.format(modules=modules), command]
    ended = subprocess.run(
        program, capture_output=True, text=True, check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    return set(ended.stdout.split()) & HEAVY


def test_a_pod_that_loads_imports_the_warehouses_client_and_no_other() -> None:
    assert imported("load", "podflow_ingest.flaws.examined") == BASE | {"psycopg"}


@pytest.mark.parametrize(
    ("module", "clients"),
    # httpx takes rich and zstandard where it finds them.
    [("files", set()), ("http", {"httpx", "tenacity", "rich", "zstandard"}), ("postgres", {"psycopg"})],
)
def test_a_pod_that_extracts_imports_the_client_of_its_source_and_no_other(module: str, clients: set[str]) -> None:
    assert imported("extract", f"podflow_ingest.{module}.extract") == BASE | clients


def test_every_command_is_there_without_one_in_the_arguments() -> None:
    found = application(["--help"])
    names = [command.name for command in found.registered_commands] + [group.name for group in found.registered_groups]
    assert names == list(COMMANDS)
