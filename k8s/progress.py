"""Progress of long work: which step of how many, what it does, how long it has taken.

On a terminal one live line; elsewhere plain lines and a sign of life every half minute.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

HEARTBEAT_SECONDS = 30.0
_TERMINAL_SECONDS = 0.5


def elapsed(seconds: float) -> str:
    """Write a duration the short way: `4 s`, `2 min 07 s`."""
    whole = int(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"  # noqa: PLR2004


class Progress:
    """Shows steps as they start and end; several may run at once, from several threads.

    `total` is the number of steps where it is known. Use as a context manager, and within it::

        with progress.step("building kind"):
            ...
    """

    def __init__(
        self, total: int | None = None, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._live = self._stream.isatty()
        self._lock = threading.Lock()
        self._begun = 0
        self._running: dict[str, float] = {}
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._origin = clock()

    def __enter__(self) -> Progress:
        self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._ticker.join()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show one step while the body runs, then how long it took and whether it failed."""
        with self._lock:
            self._begun += 1
            label = f"[{self._begun}/{self._total}] {title}" if self._total else title
            started = self._running[label] = self._clock()
            if not self._live:
                self._line(f"{label} ...")
        ending = "failed after"
        try:
            yield
            ending = "done in"
        finally:
            with self._lock:
                del self._running[label]
                self._line(f"{label}: {ending} {elapsed(self._clock() - started)}")

    def expect(self, steps: int) -> None:
        """Number the coming steps from 1 to `steps`, as it became known how many there are."""
        with self._lock:
            self._begun, self._total = 0, steps

    def note(self, text: str) -> None:
        """Show one line of information."""
        with self._lock:
            self._line(text)

    def show_running(self) -> None:
        """Show what runs now and since when; called by the ticker."""
        with self._lock:
            now = self._clock()
            texts = [f"{label} {elapsed(now - since)}" for label, since in self._running.items()]
            if not texts:
                return
            if self._live:
                self._stream.write("\r\x1b[K" + " | ".join(texts)[:150])
                self._stream.flush()
            else:
                self._line("still at work: " + " | ".join(texts))

    def _line(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}\n" if self._live else f"{text}\n")
        self._stream.flush()

    def _tick(self) -> None:
        while not self._stop.wait(_TERMINAL_SECONDS if self._live else HEARTBEAT_SECONDS):
            self.show_running()
