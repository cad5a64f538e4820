"""Waiting for what must come."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_LOOKS = 0.3


def until(look: Callable[[], T], seconds: float, what: str | Callable[[], str]) -> T:
    """Return the first true value of `look`; fail with what was waited for, or what that text's function says then."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(SECONDS_BETWEEN_LOOKS)
