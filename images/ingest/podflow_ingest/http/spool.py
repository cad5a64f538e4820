"""The pages of one run on the pod's disk, until all came: only a whole delivery goes to landing."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from podflow_ingest.http.sequence import framed

PIECE = 1024 * 1024
"""Bytes read at a time."""


@dataclass(frozen=True)
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
        self._size = 0
        self.pages: list[SpooledPage] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, body: bytes, records: int) -> None:
        """Append a page."""
        start = self._size
        for part in framed(body):
            self._file.write(part)
            self._digest.update(part)
            self._size += len(part)
        self.pages.append(SpooledPage(start, self._size - start, records))

    @property
    def size(self) -> int:
        """Bytes of all pages."""
        return self._size

    @property
    def records(self) -> int:
        """Records of all pages."""
        return sum(page.records for page in self.pages)

    @property
    def sha256(self) -> str:
        """Digest of all pages."""
        return self._digest.hexdigest()

    def read(self, pages: Sequence[SpooledPage]) -> Iterator[bytes]:
        """Yield the bytes of consecutive pages."""
        self._file.seek(pages[0].start)
        rest = sum(page.bytes for page in pages)
        while rest:
            piece = self._file.read(min(PIECE, rest))
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
