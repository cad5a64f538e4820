"""Dividing a source file into chunks: which bytes, how many rows, from which line."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from podflow_ingest.records import RECORD_LIMIT, Block, UnclosedRecordError, blocks_of_records


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
    """A file's division. `size` and `digest` are those of the whole file, uncompressed."""

    header: bytes
    """The first record, if it is a header and no data."""
    pieces: tuple[Piece, ...]
    size: int
    digest: str

    @property
    def rows(self) -> int:
        """Records after the header."""
        return sum(piece.rows for piece in self.pieces)

    def coarsened(self, most: int) -> "Plan":
        """Return the plan with at most `most` pieces, neighbours joined in equal numbers."""
        step = -(-len(self.pieces) // most) or 1
        groups = [self.pieces[start : start + step] for start in range(0, len(self.pieces), step)]
        pieces = tuple(group[0] if len(group) == 1 else _join(group) for group in groups)
        return Plan(self.header, pieces, self.size, self.digest)


@dataclass(frozen=True)
class Cut:
    """How to divide: a piece ends at the first end of a record at which it has `rows` rows or `bytes` bytes."""

    quote: str | None
    header: bool
    bytes: int
    """Not exact: a piece is longer by up to one block."""
    rows: int | None = None


class BadRecordError(ValueError):
    """The file cannot be divided; `line` is the physical line on which the trouble begins."""

    def __init__(self, line: int) -> None:
        super().__init__(
            f"line {line}: a quoted field begins in this record and never ends, "
            f"or the record is longer than {RECORD_LIMIT // 1024**2} MiB"
        )
        self.line = line


def plan(stream: Iterable[bytes], cut: Cut, check_first: Callable[[bytes], None]) -> Plan:
    """Read a whole file and divide what follows its header into pieces.

    `check_first` sees the first record before anything else is read, and raises if it does not like it.
    An empty file has an empty header and no pieces.

    Raises:
        BadRecordError: a quote is never closed.
    """
    # Names the file's content; integrity is the matter of the chunks' own SHA-256, and this one is twice as fast.
    digest = hashlib.blake2b(digest_size=16)
    size = 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for piece in stream:
            digest.update(piece)
            size += len(piece)
            yield piece

    planner = _Planner(cut)
    try:
        for block in blocks_of_records(measured(), cut.quote):
            planner.add(planner.begin(block, check_first) if planner.line == 0 else block)
    except UnclosedRecordError:
        raise BadRecordError(max(planner.line, 1)) from None
    planner.finish()
    return Plan(planner.header, tuple(planner.pieces), size, digest.hexdigest())


def _join(group: Iterable[Piece]) -> Piece:
    first, *others = group
    for piece in others:
        first = first.joined(piece)
    return first


class _Planner:
    """Collects pieces while the file streams by."""

    def __init__(self, cut: Cut) -> None:
        self.pieces: list[Piece] = []
        self.header = b""
        self.line = 0
        """The physical line on which the next record begins; 0 before the file began."""
        self._cut = cut
        self._offset = 0
        self._open = Piece(0, 0, 0, 1)

    def begin(self, block: Block, check_first: Callable[[bytes], None]) -> Block:
        """Check the first record; return the first block without its header."""
        self.line = 1
        end = block.ends()[0]
        check_first(block.data[:end])
        if not self._cut.header:
            return block
        self.header = block.data[:end]
        self._advance(self.header)
        self._open = Piece(self._offset, self._offset, 0, self.line)
        return Block(block.data[end:], block.rows - 1, block.quote)

    def add(self, block: Block) -> None:
        """Take the next block of whole records."""
        wanted = self._cut.rows
        if wanted is None or self._open.rows + block.rows < wanted:
            self._take(block.data, block.rows)
            return
        ends = block.ends()[: block.rows]
        position = first = 0
        while first < len(ends):
            last = min(first + wanted - self._open.rows, len(ends))
            self._take(block.data[position : ends[last - 1]], last - first)
            position, first = ends[last - 1], last

    def finish(self) -> None:
        """Close the last piece."""
        if self._open.rows:
            self.pieces.append(self._open)

    def _take(self, data: bytes, rows: int) -> None:
        self._advance(data)
        opened = self._open
        self._open = Piece(opened.start, self._offset, opened.rows + rows, opened.first_line)
        if self._open.rows == self._cut.rows or self._offset - opened.start >= self._cut.bytes:
            self.pieces.append(self._open)
            self._open = Piece(self._offset, self._offset, 0, self.line)

    def _advance(self, data: bytes) -> None:
        self._offset += len(data)
        self.line += data.count(b"\n")
