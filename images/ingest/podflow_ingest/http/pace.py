"""When the next request may go out: the declared rate, and how long to wait after a failure."""

import datetime
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

FIRST_WAIT = 1.0
"""Seconds before the second attempt; each later wait is twice as long, up to LONGEST_WAIT."""
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 300.0
"""Seconds that a pod waits when the API asks for it; a longer wait is left to Airflow's retry."""


@dataclass
class Pace:
    """Keeps requests `interval` seconds apart."""

    interval: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _next: float = field(default=float("-inf"), init=False)

    def wait(self) -> None:
        """Return when the next request may go out."""
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + self.interval


def backoff(attempt: int) -> float:
    """Return the seconds to wait after the failed attempt of this number, from 1: about 1, 2, 4, ..., at most 60."""
    longest: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    # Half of it at random, so that pods that failed together do not come back together.
    return longest * random.uniform(0.5, 1)  # noqa: S311  # no secret


def retry_after(header: str | None, now: datetime.datetime) -> float | None:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3); None if there is none that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date with the zone "-0000" comes without one; HTTP's dates are always UTC.
    at = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
    return max(0.0, (at - now).total_seconds())
