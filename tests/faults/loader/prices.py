"""The dataset whose loading is disturbed: what is delivered, and in plain Python what the table holds in the end."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

HEADER = b"id,version,price,note\n"


@dataclass(frozen=True)
class Line:
    """A price of a row; None is no number."""

    id: int
    price: int | None

    def text(self) -> bytes:
        price = "n/a" if self.price is None else f"{self.price}.00"
        return f"{self.id},1,{price},note of row {self.id}\n".encode()


Chunk = tuple[Line, ...]


def lines(first: int, last: int, price: int) -> Chunk:
    return tuple(Line(number, price) for number in range(first, last + 1))


YESTERDAY: tuple[Chunk, ...] = (lines(8001, 20_000, price=1),)
FLAWS = (Line(9000, None), Line(17_000, None))
STRUCK: Chunk = (*lines(1, 14_000, price=2), Line(5, 3), *FLAWS)
"""The chunk during whose load something happens: 8,000 rows are new, 6,000 known, one stands there twice."""
# The first chunk changes nothing: only its collected keys say that its rows are not gone. The second has new rows only,
# after which the loader tries to copy straight into bronze.
TODAY: tuple[Chunk, ...] = (lines(19_001, 20_000, price=1), lines(20_001, 22_000, price=2), STRUCK)
QUARANTINED = [len(STRUCK), len(STRUCK) + 1]
"""Lines of the flaws in the struck chunk's file."""
MERGED = {"read": 14_003, "inserted": 8000, "updated": 6000, "unchanged": 0, "duplicate": 1, "rejected": 2}
APPENDED = {"read": 14_003, "inserted": 14_001, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": 2}


def counts(mode: str) -> dict[str, int]:
    """Return what the load of the struck chunk counts."""
    return APPENDED if mode == "append" else MERGED


def counts_again(mode: str) -> dict[str, int]:
    """Return what a load of the struck chunk counts when it was loaded already."""
    return {**counts(mode), "inserted": 0, "updated": 0, "unchanged": 14_001 if mode == "append" else 14_000}


def table(mode: str, *deliveries: tuple[Chunk, ...]) -> Counter[tuple[int, int, bool]]:
    """Return the rows of the table after these deliveries: id, price, and if the row is marked as vanished."""
    rows: dict[int, tuple[int, bool]] = {}
    appended: Counter[tuple[int, int, bool]] = Counter()
    for delivery in deliveries:
        delivered = [line for chunk in delivery for line in chunk]
        good = [(line.id, line.price) for line in delivered if line.price is not None]
        appended.update((number, price, False) for number, price in good)
        rows |= {number: (price, False) for number, price in good}
        if mode == "full":
            gone = set(rows) - {line.id for line in delivered}
            rows |= {number: (rows[number][0], True) for number in gone}
    return appended if mode == "append" else Counter((number, *row) for number, row in rows.items())


def declaration(mode: str) -> dict[str, Any]:
    return {
        "source": "shop",
        "connection": "files",
        "name": "prices",
        "description": "A price and its versions",
        "from": {"type": "file", "location": "prices.csv", "format": {"type": "csv"}},
        "mode": mode,
        "key": ["id"],
        "columns": [
            {"name": "id", "type": "integer", "nullable": False},
            {"name": "version", "type": "integer"},
            {"name": "price", "type": "numeric(8,2)", "nullable": False},
            {"name": "note", "type": "text"},
        ],
    }
