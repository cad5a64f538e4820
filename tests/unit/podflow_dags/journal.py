"""What happened to the pods of a cluster, and what they wrote: for those who watch, and those who come later."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
ENDED = frozenset({"Succeeded", "Failed"})


class RefusedError(Exception):
    """What the API server answers instead of doing what it was asked."""

    def __init__(self, status: int, message: str, reason: str = "Refused") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Change:
    """A line of a watch."""

    version: int
    kind: str
    pod: Json


class Journal:
    """Changes and log lines in their order; whoever waits for more is told by `changed`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.closed = False
        self._changes: list[Change] = []
        self.version = 0
        self._forgotten = 0
        self._logs: dict[str, list[tuple[float, bytes]]] = defaultdict(list)
        self._ended: set[str] = set()

    def note(self, kind: str, pod: Json) -> None:
        """Give the pod the next version, and tell whoever watches."""
        with self.changed:
            self.version += 1
            pod["metadata"]["resourceVersion"] = str(self.version)
            self._changes.append(Change(self.version, kind, pod))
            if kind == "DELETED" or pod["status"]["phase"] in ENDED:
                self._ended.add(pod["metadata"]["uid"])
            self.changed.notify_all()

    def forget(self) -> None:
        """Keep no change of before, as etcd does after a compaction."""
        with self.changed:
            self.version += 1
            self._forgotten = self.version

    def close(self) -> None:
        """End everything that waits."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def watch(self, name: str, version: int, seconds: float) -> Iterator[Change]:
        """Yield the changes after a version, also those to come, for up to `seconds`."""
        if version < self._forgotten:
            raise RefusedError(410, f"too old resource version: {version} ({self._forgotten})")
        end = time.monotonic() + seconds
        position = 0
        while change := self._change_at(position, end):
            position += 1
            if change.version > version and change.pod["metadata"]["name"] == name:
                yield change

    def write(self, uid: str, written: float, line: bytes) -> None:
        """Append a line to a pod's log; `written` is its time in seconds."""
        with self.changed:
            self._logs[uid].append((written, line))
            self.changed.notify_all()

    def log(self, uid: str, since: float) -> Iterator[bytes]:
        """Yield a pod's lines written after `since`, also those to come, until its container has ended."""
        position = 0
        while line := self._line_at(position, uid):
            position += 1
            if line[0] > since:
                yield line[1]

    def _change_at(self, position: int, end: float) -> Change | None:
        with self.changed:
            self.changed.wait_for(lambda: self.closed or len(self._changes) > position, end - time.monotonic())
            return self._changes[position] if len(self._changes) > position and not self.closed else None

    def _line_at(self, position: int, uid: str) -> tuple[float, bytes] | None:
        lines = self._logs[uid]
        with self.changed:
            self.changed.wait_for(lambda: self.closed or len(lines) > position or uid in self._ended)
            return lines[position] if len(lines) > position and not self.closed else None
