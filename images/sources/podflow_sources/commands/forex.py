"""`sources deliver forex` and `sources generate forex`."""

import sys
from typing import Annotated

import typer

from podflow_sources.commands.delivering import IfAbsent, Seed, Wait, outbox, report
from podflow_sources.errors import DeliveryError
from podflow_sources.forex.deliveries import (
    FILE_NAME,
    LAST_DELIVERY,
    SHIPPED_ROWS,
    SHIPPED_SEED,
    delivery,
    first_transactions,
    shipped,
)
from podflow_sources.forex.files import Damage, bad_lines, csv_records, physical_lines
from podflow_sources.forex.transactions import COLUMNS
from podflow_sources.settings import Settings

Number = Annotated[int, typer.Option("--delivery", min=1, max=LAST_DELIVERY, help="Which delivery, from 1.")]
Rows = Annotated[int, typer.Option(min=1, help="Transactions in the first delivery.")]
To = Annotated[str, typer.Option(help="URL of the folder; without it, that of the connection forex_files.")]
BadLine = Annotated[bool, typer.Option("--bad-line", help="Spoil two lines: an amount, and the number of fields.")]
DropColumn = Annotated[str, typer.Option(help="Leave a column out of header and rows.", metavar="NAME")]


def deliver(  # noqa: PLR0913
    context: typer.Context,
    *,
    number: Number = 1,
    rows: Rows = SHIPPED_ROWS,
    seed: Seed = SHIPPED_SEED,
    to: To = "",
    bad_line: BadLine = False,
    drop_column: DropColumn = "",
    if_absent: IfAbsent = False,
    wait: Wait = 0,
) -> None:
    """Deliver the currency desk's customer transactions; each delivery after the first changes and adds some."""
    settings = context.ensure_object(Settings)
    folder = outbox(settings, to, "forex_files", wait)
    outcome: dict[str, object] = {"file": folder.name(FILE_NAME), "delivery": number}
    if if_absent and folder.has(FILE_NAME):
        report(settings, {**outcome, "delivered": False})
        return
    made = delivery(number, rows, seed)
    damage = bad_lines(len(made.transactions)) if bad_line else Damage()
    damage = Damage(_known_column(drop_column), damage.unparsable, damage.overlong)
    records = list(csv_records(made.transactions, damage))
    as_shipped = damage == Damage() and (number, rows, seed) == (1, SHIPPED_ROWS, SHIPPED_SEED)
    folder.put(FILE_NAME, shipped() if as_shipped else "".join(records).encode())
    spoilt = [index + 1 for index in (damage.unparsable, damage.overlong) if index is not None]
    counts = {"rows": len(made.transactions), "changed": made.changed, "new": made.new}
    report(settings, {**outcome, "delivered": True, **counts, "bad_lines": physical_lines(records, spoilt)})


def generate(number: Number = 1, rows: Rows = SHIPPED_ROWS, seed: Seed = SHIPPED_SEED) -> None:
    """Write the currency desk's customer transactions as CSV; the first delivery can have any size."""
    transactions = first_transactions(rows, seed) if number == 1 else delivery(number, rows, seed).transactions
    for record in csv_records(transactions):
        sys.stdout.buffer.write(record.encode())


def _known_column(name: str) -> str | None:
    if name and name not in COLUMNS:
        raise DeliveryError(f"--drop-column {name}: no such column; there are {', '.join(COLUMNS)}")
    return name or None
