"""Dividing a source file into chunks: which bytes, how many rows, from which line."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from podflow_ingest.records import Block, UnclosedQuoteError, blocks_of_records


@dataclass(frozen=True)
class Piece:
    """Consecutive records of the file: bytes `start` to `end`, beginning on the physical line `first_line`."""

    start: int
    end: int
    rows: int
    first_line: int

    def joined(self, following: "Piece") -> "Piece":
        """Return this piece and the one that follows it as one."""
        return Piece(self.start, following.end, self.rows + following.rows, self.first_line)


@dataclass(frozen=True)
class Plan:
    """A file's division. `header` is its first record; `size` and `sha256` are those of the whole file."""

    header: bytes
    pieces: tuple[Piece, ...]
    size: int
    sha256: str

    @property
    def rows(self) -> int:
        """Records after the header."""
        return sum(piece.rows for piece in self.pieces)

    def coarsened(self, most: int) -> "Plan":
        """Return the plan with at most `most` pieces, neighbours joined in equal numbers."""
        step = -(-len(self.pieces) // most) or 1
        groups = [self.pieces[start : start + step] for start in range(0, len(self.pieces), step)]
        pieces = tuple(group[0] if len(group) == 1 else _join(group) for group in groups)
        return Plan(self.header, pieces, self.size, self.sha256)


def _join(group: Iterable[Piece]) -> Piece:
    first, *others = group
    for piece in others:
        first = first.joined(piece)
    return first


class _Planner:
    """Collects pieces of `rows` records while the file streams by."""

    def __init__(self, rows: int, check_header: Callable[[bytes], None]) -> None:
        self.pieces: list[Piece] = []
        self.header: bytes | None = None
        self._rows_wanted = rows
        self._check_header = check_header
        self._offset = 0
        self._line = 1
        self._open = Piece(0, 0, 0, 1)

    def add(self, block: Block) -> None:
        """Take the next block of whole records."""
        ends = block.ends
        position = first = 0
        if self.header is None:
            self.header = block.data[: ends[0]]
            self._check_header(self.header)
            self._advance(self.header)
            self._open = Piece(self._offset, self._offset, 0, self._line)
            position, first = ends[0], 1
        while first < len(ends):
            last = min(first + self._rows_wanted - self._open.rows, len(ends))
            self._take(block.data[position : ends[last - 1]], last - first)
            position, first = ends[last - 1], last

    def finish(self) -> None:
        """Close the last piece."""
        if self._open.rows:
            self.pieces.append(self._open)

    @property
    def line(self) -> int:
        """The physical line on which the next record begins."""
        return self._line

    def _take(self, data: bytes, rows: int) -> None:
        self._advance(data)
        opened = self._open
        self._open = Piece(opened.start, self._offset, opened.rows + rows, opened.first_line)
        if self._open.rows == self._rows_wanted:
            self.pieces.append(self._open)
            self._open = Piece(self._offset, self._offset, 0, self._line)

    def _advance(self, data: bytes) -> None:
        self._offset += len(data)
        self._line += data.count(b"\n")


class BadRecordError(ValueError):
    """The file cannot be divided; `line` is the physical line on which the trouble begins."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: a quoted field begins in this record and never ends")
        self.line = line


def plan(stream: Iterable[bytes], quote: str, rows: int, check_header: Callable[[bytes], None]) -> Plan:
    """Read a whole file and divide what follows its header into pieces of `rows` records.

    `check_header` sees the first record before anything else is read, and raises if it does not like it.
    An empty file has an empty header and no pieces.

    Raises:
        BadRecordError: a quote is never closed.
    """
    digest = hashlib.sha256()
    size = 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for piece in stream:
            digest.update(piece)
            size += len(piece)
            yield piece

    planner = _Planner(rows, check_header)
    try:
        for block in blocks_of_records(measured(), quote):
            planner.add(block)
    except UnclosedQuoteError:
        raise BadRecordError(planner.line) from None
    planner.finish()
    return Plan(planner.header or b"", tuple(planner.pieces), size, digest.hexdigest())
