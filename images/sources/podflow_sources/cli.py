"""The command `sources`: plays the part of the source systems in the examples."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

import typer

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
from podflow_sources.outbox import Outbox
from podflow_sources.settings import Settings
from podflow_task import result
from podflow_task.command import command_line, run_command_line
from podflow_task.log import event

app = command_line("Play the source systems of podflow's examples: deliver their files, or generate them.")
deliver = typer.Typer(help="Put a source's file where its pipeline fetches it.", no_args_is_help=True)
generate = typer.Typer(help="Write a source's file to stdout.", no_args_is_help=True)
app.add_typer(deliver, name="deliver")
app.add_typer(generate, name="generate")

Number = Annotated[int, typer.Option("--delivery", min=1, max=LAST_DELIVERY, help="Which delivery, from 1.")]
Rows = Annotated[int, typer.Option(min=1, help="Transactions in the first delivery.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same file.")]
To = Annotated[str, typer.Option(help="URL of the folder; without it, that of the connection forex_files.")]
BadLine = Annotated[bool, typer.Option("--bad-line", help="Spoil two lines: an amount, and the number of fields.")]
DropColumn = Annotated[str, typer.Option(help="Leave a column out of header and rows.", metavar="NAME")]
IfAbsent = Annotated[bool, typer.Option("--if-absent", help="Do nothing if there is a file already.")]


@deliver.command("forex")
def deliver_forex(  # noqa: PLR0913
    context: typer.Context,
    *,
    number: Number = 1,
    rows: Rows = SHIPPED_ROWS,
    seed: Seed = SHIPPED_SEED,
    to: To = "",
    bad_line: BadLine = False,
    drop_column: DropColumn = "",
    if_absent: IfAbsent = False,
) -> None:
    """Deliver the currency desk's customer transactions; each delivery after the first changes and adds some."""
    settings = context.ensure_object(Settings)
    outbox = Outbox(to or _connection(settings))
    outcome: dict[str, object] = {"file": outbox.name(FILE_NAME), "delivery": number}
    if if_absent and outbox.has(FILE_NAME):
        _report(settings, {**outcome, "delivered": False})
        return
    made = delivery(number, rows, seed)
    damage = bad_lines(len(made.transactions)) if bad_line else Damage()
    damage = Damage(_known_column(drop_column), damage.unparsable, damage.overlong)
    records = list(csv_records(made.transactions, damage))
    as_shipped = damage == Damage() and (number, rows, seed) == (1, SHIPPED_ROWS, SHIPPED_SEED)
    outbox.put(FILE_NAME, shipped() if as_shipped else "".join(records).encode())
    spoilt = [index + 1 for index in (damage.unparsable, damage.overlong) if index is not None]
    counts = {"rows": len(made.transactions), "changed": made.changed, "new": made.new}
    _report(settings, {**outcome, "delivered": True, **counts, "bad_lines": physical_lines(records, spoilt)})


@generate.command("forex")
def generate_forex(number: Number = 1, rows: Rows = SHIPPED_ROWS, seed: Seed = SHIPPED_SEED) -> None:
    """Write the currency desk's customer transactions as CSV; the first delivery can have any size."""
    transactions = first_transactions(rows, seed) if number == 1 else delivery(number, rows, seed).transactions
    for record in csv_records(transactions):
        sys.stdout.buffer.write(record.encode())


def _connection(settings: Settings) -> str:
    try:
        return settings.connections["forex_files"]
    except KeyError:
        raise DeliveryError("give --to URL, or set CONNECTIONS__FOREX_FILES") from None


def _known_column(name: str) -> str | None:
    if name and name not in COLUMNS:
        raise DeliveryError(f"--drop-column {name}: no such column; there are {', '.join(COLUMNS)}")
    return name or None


def _report(settings: Settings, outcome: Mapping[str, Any]) -> None:
    event("delivered" if outcome["delivered"] else "left as it is", **outcome)
    result.write(settings.result_file, result.encode(outcome))


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


if __name__ == "__main__":
    main()
