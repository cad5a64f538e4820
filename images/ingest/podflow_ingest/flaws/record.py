"""A record of a chunk as it came, and one that quarantine takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One record of a chunk, and the physical line of the source file on which it begins."""

    line: int
    data: bytes
    flaw: str | None
    """Why the warehouse refuses it, None if it does not."""
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        """The record as text that Postgres can keep: what it cannot is written as an escape."""
        text = self.data.rstrip(b"\r\n").decode(self.encoding, errors="backslashreplace")
        return text.replace("\0", "\\x00")


@dataclass(frozen=True)
class Rejected:
    """A row for quarantine."""

    line: int
    raw: str
    reason: str
