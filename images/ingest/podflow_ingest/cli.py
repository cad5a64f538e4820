"""The command `ingest`: what a pod of the ingest image runs."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import typer

from podflow_ingest.settings import Settings
from podflow_task.command import command_line, run_command_line

COMMANDS = (
    *("extract", "snapshot", "stage", "transform", "load", "replay", "drain", "follow"),
    *("offsets", "status", "settings", "quarantine"),
)
"""Each is what a module of podflow_ingest.commands is called, and the function or group of commands in it."""


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the command line for these arguments: the command that they begin with, or all.

    A pod runs one command, and to import what only the others need would take half of a small chunk's time.
    """
    found = command_line("Bring files, APIs and databases to landing, landing and topics to bronze.")
    # With it, the command's name stays an argument also where it is the only one.
    found.callback()(lambda: None)
    for name in arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS:
        command = getattr(import_module(f"podflow_ingest.commands.{name}"), name)
        if isinstance(command, typer.Typer):
            found.add_typer(command, name=name)
        else:
            found.command(name)(command)
    return found


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(application(sys.argv[1:]), Settings)


if __name__ == "__main__":
    main()
