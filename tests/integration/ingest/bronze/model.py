"""What loading means, in plain Python: a table as a dictionary, chunk after chunk."""

from dataclasses import dataclass, field, replace

from podflow_ingest.bronze.ledger import Counts
from tests.integration.ingest.bronze.prices import counts

BAD_PRICE = "n/a"


@dataclass(frozen=True)
class Line:
    """One line of a chunk. `key` None cannot be read, `price` None is not a number."""

    key: int | None
    version: int | None
    price: int | None

    @property
    def good(self) -> bool:
        return self.key is not None and self.price is not None

    def text(self) -> bytes:
        key = "?" if self.key is None else self.key
        version = "" if self.version is None else self.version
        return f"{key},{version},{BAD_PRICE if self.price is None else self.price},\n".encode()


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    version: int | None
    price: int
    deleted: bool = False


@dataclass
class Model:
    """The table of one dataset, and what is known of its chunks and deliveries."""

    mode: str
    cursor: bool
    table: dict[int, Row] = field(default_factory=dict)
    appended: list[tuple[int, int | None, int]] = field(default_factory=list)
    loaded: set[tuple[int, tuple[Line, ...]]] = field(default_factory=set)
    """Chunks: their numbers and lines."""
    quarantined: dict[tuple[int, tuple[Line, ...]], int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    seen: dict[int, dict[int, tuple[set[int], bool]]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def load(self, delivery: int, chunk: int, delivered: list[tuple[Line, ...]]) -> Counts:
        """Load chunk number `chunk` of delivery number `delivery`, whose chunks are `delivered`."""
        lines = delivered[chunk]
        if self.mode == "append":
            return self._append(chunk, lines)
        if self.mode == "full" and any(later > delivery for later in self.begun):
            self.begun.add(delivery)
            return counts(len(lines), unchanged=len(lines))
        self.begun.add(delivery)
        done = self._merge(chunk, lines)
        if self.mode == "full" and delivery not in self.closed:
            keyless = any(line.key is None for line in lines)
            found = {line.key for line in lines if line.key is not None}
            chunks = self.seen.setdefault(delivery, {})
            chunks[chunk] = (found, keyless)
            if len(chunks) == len(delivered):
                self._close(delivery)
        return done

    def _append(self, chunk: int, lines: tuple[Line, ...]) -> Counts:
        good = [line for line in lines if line.good]
        bad = len(lines) - len(good)
        if (chunk, lines) in self.loaded:
            return counts(len(lines), unchanged=len(good), rejected=bad)
        self.loaded.add((chunk, lines))
        self.quarantined[chunk, lines] = bad
        self.appended += [(line.key, line.version, line.price) for line in good if line.key and line.price is not None]
        return counts(len(lines), inserted=len(good), rejected=bad)

    def _merge(self, chunk: int, lines: tuple[Line, ...]) -> Counts:
        good = [line for line in lines if line.good]
        self.quarantined[chunk, lines] = len(lines) - len(good)
        winners: dict[int, Line] = {}
        for line in good:
            assert line.key is not None
            if line.key not in winners or self._not_older(line.version, winners[line.key].version):
                winners[line.key] = line
        inserted = updated = 0
        for key, line in winners.items():
            assert line.price is not None
            row = self.table.get(key)
            if row is None:
                self.table[key] = Row(line.version, line.price)
                inserted += 1
            elif self._not_older(line.version, row.version) and row != (new := Row(line.version, line.price)):
                self.table[key] = new
                updated += 1
            elif row.deleted:
                self.table[key] = replace(row, deleted=False)
                updated += 1
        return counts(
            len(lines),
            inserted=inserted,
            updated=updated,
            unchanged=len(winners) - inserted - updated,
            duplicate=len(good) - len(winners),
            rejected=len(lines) - len(good),
        )

    def _not_older(self, version: int | None, other: int | None) -> bool:
        if not self.cursor or other is None:
            return True
        return version is not None and version >= other

    def _close(self, delivery: int) -> None:
        self.closed.add(delivery)
        chunks = self.seen[delivery].values()
        if any(keyless for _, keyless in chunks):
            return
        present = set().union(*(found for found, _ in chunks))
        for key in set(self.table) - present:
            self.table[key] = replace(self.table[key], deleted=True)
