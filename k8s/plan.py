"""Work that is done once and kept: what is missing is made, in lanes that run side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from k8s import host, process
from k8s.progress import Progress


@dataclass(frozen=True)
class Work:
    """One thing to have: `name` is its log file's, `is_done` looks for it, `make` makes it, writing to a log."""

    name: str
    title: str
    is_done: Callable[[], bool]
    make: Callable[[Path], object]

    @property
    def log(self) -> Path:
        """Return the file that keeps the whole output."""
        return host.cache_directory() / "logs" / f"{self.name}.log"


Lane = Sequence[Work]


def missing(lanes: Sequence[Lane]) -> list[list[Work]]:
    """Return the lanes without what is there already, and without empty lanes."""
    left = [[work for work in lane if not work.is_done()] for lane in lanes]
    return [lane for lane in left if lane]


def perform(lanes: Sequence[Lane], progress: Progress) -> None:
    """Do each lane's work in order, the lanes side by side; the first failure ends them all.

    An interrupt ends the commands that run; what was finished stays, so that a second call goes on from there.
    """
    if not lanes:
        return
    with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
        futures = [pool.submit(_perform_lane, lane, progress) for lane in lanes]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed = next((future for future in done if future.exception()), None)
            if failed is not None:
                failed.result()
        except BaseException:
            process.stop_all()
            raise


def _perform_lane(lane: Lane, progress: Progress) -> None:
    for work in lane:
        if process.is_stopping():
            return
        work.log.parent.mkdir(parents=True, exist_ok=True)
        with progress.step(work.title):
            work.make(work.log)
