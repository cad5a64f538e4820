"""Why a value does not fit its column, in words."""

from typing import Any

SHOWN = 60
"""Characters of a value that a reason shows."""


class WrongValueError(ValueError):
    """A value does not fit the column's type; the message says why, without the column."""


def called(value: Any) -> str:
    """Return what a JSON value is called."""
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else type(value).__name__


def shown(value: Any) -> str:
    """Return a JSON value for a message."""
    if isinstance(value, dict | list):
        return called(value)
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
