"""Bronze from landing alone, and rows that come back from quarantine."""

import datetime
import json

import pytest

from podflow_ingest import deliveries
from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.repaired import RepairedRow, parse
from podflow_ingest.bronze.replay import replay, total
from podflow_ingest.bronze.resubmit import resubmit
from podflow_ingest.errors import DeclarationError
from tests.integration.ingest.bronze.prices import Prices, counts

OPEN = "SELECT line, raw FROM ops.quarantine WHERE resubmitted_by IS NULL ORDER BY chunk, line"


def replayed(prices: Prices, since: str = "") -> Counts:
    delivered = deliveries.recorded(prices.root, prices.dataset)
    if since:
        delivered = deliveries.since(delivered, datetime.date.fromisoformat(since))
    with connect(prices.settings) as connection:
        return total([done for _, done in replay(connection, prices.dataset, delivered, prices.root, prices.settings)])


def resubmitted(prices: Prices, *rows: RepairedRow) -> Counts:
    with connect(prices.settings) as connection:
        return resubmit(connection, prices.dataset, rows, prices.root, prices.settings)


def listed(prices: Prices) -> list[RepairedRow]:
    with connect(prices.settings) as connection:
        return parse(json.dumps(row, default=str) for row in listings.quarantined(connection, 100))


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_a_table_that_was_dropped_comes_back_as_it_was(prices: Prices, mode: str) -> None:
    prices = prices.declared(mode=mode)
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n", b"3,1,n/a,a\n", day="2026-11-19")
    prices.load_all(b"1,2,2.00,b\n4,1,1.00,a\n")
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n", b"3,1,n/a,a\n", day="2026-11-19")
    columns = "id, version, note" + (", _deleted_at IS NULL" if mode == "full" else "")
    before, quarantine = prices.table(columns), prices.query(OPEN)
    with prices.owner() as owner:
        owner.execute("DROP SCHEMA bronze_shop CASCADE")
    replayed(prices)
    assert prices.table(columns) == before
    assert prices.query(OPEN) == quarantine


@pytest.mark.parametrize("mode", ["append", "full"])
def test_a_replay_into_a_table_that_is_there_changes_nothing(prices: Prices, mode: str) -> None:
    prices = prices.declared(mode=mode)
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n")
    prices.load_all(b"1,2,2.00,b\n3,1,1.00,a\n")
    before = prices.table("*")
    assert replayed(prices) == counts(4, unchanged=4)
    assert prices.table("*") == before


def test_a_replay_with_a_cursor_changes_nothing_either(prices: Prices) -> None:
    prices = prices.declared(cursor="version")
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n")
    prices.load_all(b"1,2,2.00,b\n3,1,1.00,a\n")
    assert replayed(prices) == counts(4, unchanged=4)


def test_a_replay_since_a_date_goes_on_to_the_last_delivery(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,first\n", day="2026-11-18")
    prices.load_all(b"1,1,1.00,second\n", day="2026-11-19")
    prices.load_all(b"1,1,1.00,last\n", day="2026-11-20")
    assert replayed(prices, since="2026-11-19").read == 2
    assert prices.table("note") == [("last",)]
    assert replayed(prices, since="2026-11-17") == counts(0)


def test_a_replay_brings_what_a_corrected_declaration_accepts(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n2,one,1.00,b\n")
    assert prices.query(OPEN) == [(3, "2,one,1.00,b")]
    with prices.owner() as owner:
        owner.execute("ALTER TABLE bronze_shop.prices ALTER COLUMN version TYPE text")
    columns = prices.dataset.model_dump(mode="json")["columns"]
    columns[1]["type"] = "text"
    assert replayed(prices.declared(columns=columns)) == counts(2, inserted=1, unchanged=1)
    assert prices.query(OPEN) == []


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_repaired_rows_are_loaded_and_leave_quarantine(prices: Prices, mode: str) -> None:
    prices = prices.declared(mode=mode)
    prices.load_all(b"1,1,1.00,a\n2,1,n/a,b\n3,1\n4,1,,d\n")
    rows = {row.line: row for row in listed(prices)}
    repaired = [
        rows[3].model_copy(update={"raw": "2,1,2.00,b"}),
        rows[4].model_copy(update={"raw": "3,1,still not,c"}),
    ]
    assert resubmitted(prices, *repaired) == counts(2, inserted=1, rejected=1)
    assert prices.table("id, price::text") == [(1, "1.00"), (2, "2.00")]
    assert sorted(prices.query(OPEN)) == [(3, "3,1,still not,c"), (5, "4,1,,d")]
    # A second delivery of the file does not bring the row back to quarantine.
    prices.load_all(b"1,1,1.00,a\n2,1,n/a,b\n3,1\n4,1,,d\n")
    assert sorted(prices.query(OPEN)) == [(3, "3,1,still not,c"), (5, "4,1,,d")]


def test_a_replay_has_repaired_rows_too(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,n/a,b\n")
    (row,) = listed(prices)
    resubmitted(prices, row.model_copy(update={"raw": '2,1,2.00,"b\nb"'}))
    with prices.owner() as owner:
        owner.execute("DROP TABLE bronze_shop.prices")
    replayed(prices)
    assert prices.table("id, note") == [(1, "a"), (2, "b\nb")]
    assert prices.query(OPEN) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"line": 7}, "line 7 of raw/shop/prices/.* does not wait in quarantine"),
        ({"raw": '2,1,2.00,"b'}, "line 3 of .*: a quoted field begins and never ends"),
        ({"raw": "2,1,2.00,b\n3,1,2.00,b"}, "line 3 of .*: 2 records, resubmit one for one"),
        ({"raw": "2,1,2.00,\udcff"}, "line 3 of .* cannot be written as utf-8"),
    ],
)
def test_a_row_that_cannot_be_resubmitted_is_named(prices: Prices, change: dict[str, object], message: str) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,n/a,b\n")
    (row,) = listed(prices)
    with pytest.raises(DeclarationError, match=message):
        resubmitted(prices, row.model_copy(update=change))
    assert prices.query(OPEN) == [(3, "2,1,n/a,b")]


def test_what_is_no_list_of_rows_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"line 2 of what was given is not a row .*: line: Field required"):
        parse(["\n", '{"chunk": "x", "raw": ""}'])
