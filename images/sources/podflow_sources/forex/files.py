"""Transactions as CSV text, on request with damage that a pipeline must survive."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from podflow_sources.forex.transactions import COLUMNS, Transaction

UNPARSABLE = "n/a"
"""What a spoilt file has for one amount."""


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file, on purpose.

    `dropped` is a column that header and rows lack. `unparsable` and `overlong` are indexes of transactions: of
    one whose amount is UNPARSABLE, and of one whose record has a field too many.
    """

    dropped: str | None = None
    unparsable: int | None = None
    overlong: int | None = None


def bad_lines(rows: int) -> Damage:
    """Return the damage of a file with two bad lines among its `rows` transactions."""
    return Damage(unparsable=rows // 3, overlong=rows // 2)


def csv_records(transactions: Iterable[Transaction], damage: Damage | None = None) -> Iterator[str]:
    """Yield the file record by record, header first; newlines inside quotes are part of a record."""
    broken = damage or Damage()
    kept = [index for index, name in enumerate(COLUMNS) if name != broken.dropped]
    yield _record([COLUMNS[index] for index in kept])
    for number, transaction in enumerate(transactions):
        row = transaction.row()
        if number == broken.unparsable:
            row[COLUMNS.index("base_amount")] = UNPARSABLE
        fields = [row[index] for index in kept]
        if number == broken.overlong:
            fields.append("stray")
        yield _record(fields)


def physical_lines(records: Sequence[str], indexes: Iterable[int]) -> list[int]:
    """Return the physical lines of a file, counted from 1, on which the records with these indexes begin."""
    return [1 + sum(record.count("\n") for record in records[:index]) for index in indexes]


def _record(fields: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(fields)
    return buffer.getvalue()
