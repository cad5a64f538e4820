"""A record of a chunk as it came, and one that quarantine takes."""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True)
class Record:
    """One record of a chunk, and the physical line of the source file on which it begins.

    For a file without lines, `line` is the record's number.
    """

    line: int
    data: bytes
    flaw: str | None
    """Why the warehouse refuses it, None if it does not."""
    encoding: str = "utf-8"
    copied: bytes = b""
    """The record as COPY takes it, in the dialect that `copyable` names; empty if it has a flaw."""

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


class RefusedRecordError(psycopg.DataError):
    """A record that cannot be copied, found before the server saw it.

    A DataError, so that whoever copies treats it as if the server had refused.
    """
