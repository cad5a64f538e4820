"""The forex deliveries, checked against what the generator says was delivered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.declaration.dataset import parse_catalogue
from podflow_sources.forex.deliveries import Delivery, delivery, shipped
from podflow_sources.forex.files import bad_lines, csv_records, physical_lines
from podflow_sources.forex.transactions import COLUMNS, Transaction

CATALOGUE = Path(__file__).parents[3] / "dags" / "catalog" / "forex.yml"
BRONZE = f"SELECT {', '.join(COLUMNS)} FROM bronze_forex.customer_transactions ORDER BY transaction_id"


@pytest.fixture
def forex(pipeline_of: Callable[[dict[str, Any]], Any]) -> Any:
    """The pipeline of the catalogue's forex.customer_transactions."""
    catalogue = parse_catalogue(CATALOGUE.name, yaml.safe_load(CATALOGUE.read_text()))
    body = catalogue.datasets["customer_transactions"].model_dump()
    return pipeline_of({**body, "source": "forex", "connection": "files", "name": "customer_transactions"})


def content(made: Delivery) -> bytes:
    return "".join(csv_records(made.transactions)).encode()


def bronze_row(trade: Transaction) -> tuple[Any, ...]:
    values = (getattr(trade, name) for name in COLUMNS)
    return tuple(None if value == "" else value for value in values)


def test_a_delivery_a_repetition_and_a_second_delivery_give_exactly_their_rows(forex: Any) -> None:
    nothing = {"updated": 0, "duplicate": 0, "rejected": 0}
    assert forex.run(shipped()) == Counts(read=10_000, inserted=10_000, unchanged=0, **nothing)
    assert forex.query(BRONZE) == [bronze_row(trade) for trade in delivery(1).transactions]
    assert forex.run(shipped()) == Counts(read=10_000, inserted=0, unchanged=10_000, **nothing)
    second = delivery(2)
    assert forex.run(content(second)) == Counts(
        read=10_300, inserted=300, updated=200, unchanged=9_800, duplicate=0, rejected=0
    )
    assert forex.query(BRONZE) == [bronze_row(trade) for trade in second.transactions]


def test_two_bad_lines_go_to_quarantine_with_their_lines_and_all_others_load(forex: Any) -> None:
    trades = delivery(1).transactions
    damage = bad_lines(len(trades))
    records = list(csv_records(trades, damage))
    assert damage.unparsable is not None
    assert damage.overlong is not None
    counts = forex.run("".join(records).encode())
    assert counts == Counts(read=10_000, inserted=9_998, updated=0, unchanged=0, duplicate=0, rejected=2)
    bad = [damage.unparsable + 1, damage.overlong + 1]
    lines = physical_lines(records, bad)
    assert forex.query("SELECT line, raw || E'\\n' FROM ops.quarantine ORDER BY line") == [
        (line, records[index]) for line, index in zip(lines, bad, strict=True)
    ]
