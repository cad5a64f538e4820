"""One exported file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """A CSV file: its path below the folder of deliveries, its header, and its rows as they are written."""

    path: str
    columns: Row
    rows: Sequence[Row]

    def content(self) -> bytes:
        """Return the file, header first."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return buffer.getvalue().encode()


def is_hit(number: int, period: int, place: int) -> bool:
    """Whether the row with this number has the flaw that one in `period` has."""
    return number % period == place


def amount(cents: int) -> str:
    """Return an amount of money as the exports write it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
