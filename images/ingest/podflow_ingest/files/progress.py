"""How far reading has come, now and then in the log."""

import time
from collections.abc import Iterable, Iterator

from podflow_task.log import event

INTERVAL = 10.0
"""Seconds between two events."""


def reported(stream: Iterable[bytes], file: str, step: str, interval: float = INTERVAL) -> Iterator[bytes]:
    """Hand a stream on, and log every `interval` seconds how many MiB of it went by."""
    size = 0
    begun = last = time.monotonic()
    for piece in stream:
        yield piece
        size += len(piece)
        now = time.monotonic()
        if now - last >= interval:
            last = now
            event("reading", file=file, step=step, mib=size // 1024**2, seconds=round(now - begun))
