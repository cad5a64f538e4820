"""What ends a task with a message. Every message names what it is about, and what to do next."""


class TaskError(Exception):
    """Base of all errors that end a task with one line instead of a traceback."""


class SettingsError(TaskError):
    """An environment variable is missing or has a wrong value."""
