"""The pages of one run on the pod's disk, until all came: only a whole delivery goes to landing."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from podflow_ingest.http.sequence import framed

PIECE = 1024 * 1024
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class SpooledPage:
    """Where a page lies, and how many records it has."""

    start: int
    bytes: int
    records: int


class Spool:
    """Pages one after another in a temporary file, as a JSON text sequence."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by __exit__
        self._digest = hashlib.sha256()
        self.size = 0
        """Bytes of all pages."""
        self.records = 0
        """Records of all pages."""
        self.pages: list[SpooledPage] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, body: bytes, records: int) -> None:
        """Append a page."""
        start = self.size
        for part in framed(body):
            self._file.write(part)
            self._digest.update(part)
            self.size += len(part)
        self.records += records
        self.pages.append(SpooledPage(start, self.size - start, records))

    @property
    def sha256(self) -> str:
        """Digest of all pages."""
        return self._digest.hexdigest()

    def read(self, pages: Sequence[SpooledPage]) -> Iterator[bytes]:
        """Return the bytes of consecutive pages, in pieces."""
        return pieces_of(self._file, pages[0].start, sum(page.bytes for page in pages))


def pieces_of(file: IO[bytes], start: int = 0, size: int | None = None) -> Iterator[bytes]:
    """Yield a temporary file's bytes from `start`, `size` of them or all."""
    file.seek(start)
    rest = sys.maxsize if size is None else size
    while piece := file.read(min(PIECE, rest)):
        rest -= len(piece)
        yield piece


def groups(pages: Sequence[SpooledPage], wanted: int, most: int) -> list[Sequence[SpooledPage]]:
    """Divide pages into groups of about `wanted` bytes, of more where there would be over `most` groups."""
    size = max(wanted, -(-sum(page.bytes for page in pages) // most))
    found: list[Sequence[SpooledPage]] = []
    begin = 0
    for end in range(1, len(pages) + 1):
        held = pages[end - 1].start + pages[end - 1].bytes - pages[begin].start
        if held >= size or end == len(pages):
            found.append(pages[begin:end])
            begin = end
    return found
