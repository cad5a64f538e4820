"""The command line of a task image, and the five ways in which it ends."""

import signal
import sys
from typing import NoReturn

import typer

from podflow_task import result
from podflow_task.errors import FINAL, TaskError
from podflow_task.log import event
from podflow_task.settings import RESULT_FILE, TaskSettings

NOTHING_TO_DO = 99
"""Exit code that Airflow shows as a skipped task."""
TERMINATED = 128 + signal.SIGTERM
_INTERRUPTED = 128 + signal.SIGINT


def command_line(purpose: str) -> typer.Typer:
    """Return an application without commands; its help says the purpose and what the exit codes mean."""
    return typer.Typer(
        help=f"{purpose} Exit codes: 0 done, 99 nothing to do, 1 failed (the reason is the last line of the log), "
        f"{FINAL} failed, and trying again would not help, 2 wrong usage.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def run_command_line(application: typer.Typer, settings: type[TaskSettings]) -> NoReturn:
    """Run the command line with the environment's settings as its object, and end the process.

    Every TaskError ends as one line in the log and in the pod's result.
    """
    # Process 1 of a container ignores SIGTERM without a handler. As KeyboardInterrupt, psycopg and dbt cancel their
    # queries on it, where SystemExit would leave them running in the server.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    result_file = RESULT_FILE
    code: int | str | None = 0
    try:
        environment = settings.read()
        result_file = environment.result_file
        application(obj=environment)
    except TaskError as error:
        event("failed", level="error", error=str(error))
        result.write(result_file, result.encode_error(str(error)))
        code = error.exit_code
    except SystemExit as end:  # typer's, of every other end
        code = TERMINATED if end.code == _INTERRUPTED else end.code
    sys.exit(code)
