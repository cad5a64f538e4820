"""What can go wrong while the local cluster is made; every message ends with what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class ClusterError(Exception):
    """The base of everything this package raises on purpose; its text is shown as it is."""


class CommandFailedError(ClusterError):
    """A command of the host ended with an error, or did not end in time.

    Attributes: `command` as it was run, `last_lines` of its output, `log` (the whole output) or None.
    """

    def __init__(self, command: Sequence[str], reason: str, last_lines: str, log: Path | None) -> None:
        super().__init__(command, reason, last_lines, log)
        self.command = tuple(command)
        self.reason = reason
        self.last_lines = last_lines
        self.log = log

    def __str__(self) -> str:
        """Return the reason, the last lines of output, and where the whole of it is."""
        parts = [f"`{' '.join(self.command[:6])}` {self.reason}"]
        if self.last_lines:
            parts.append(self.last_lines)
        if self.log:
            parts.append(f"The whole output is in {self.log}")
        return "\n".join(parts)


class HostNotReadyError(ClusterError):
    """The host lacks something that only its user can give; the text says what."""
