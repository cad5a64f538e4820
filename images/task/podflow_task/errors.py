"""What ends a task with a message. Every message names what it is about, and what to do next."""

from typing import ClassVar

FAILED = 1
"""Exit code of a task that Airflow may try again."""
FINAL = 65
"""Exit code of a failure that trying again cannot heal (sysexits.h: EX_DATAERR); Airflow does not retry it."""


class TaskError(Exception):
    """Base of all errors that end a task with one line instead of a traceback."""

    exit_code: ClassVar[int] = FAILED


class SettingsError(TaskError):
    """An environment variable is missing or has a wrong value."""

    exit_code = FINAL
