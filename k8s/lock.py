"""One session at a time makes things in the cache."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from k8s import host
from k8s.progress import Progress


@contextmanager
def exclusive(progress: Progress) -> Iterator[None]:
    """Hold the cache's lock while the body runs; waits, and says so, while another session holds it.

    The kernel lets go of it when the process ends, however it ends.
    """
    file = host.cache_directory() / "lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.step("waiting for another `python3 -m k8s` to end"):
                fcntl.flock(held, fcntl.LOCK_EX)
        yield
