"""A dataset that is declared otherwise than its table was made."""

import threading
import time
from typing import Any

import pytest

from podflow_ingest.bronze import evolution
from podflow_ingest.errors import WarehouseError, WarehouseFlawError
from tests.integration.ingest.bronze.prices import HEADER, Prices

WITH_TAX = HEADER.replace(b"note", b"note,tax")


def columns(prices: Prices) -> list[dict[str, Any]]:
    return list(prices.dataset.model_dump(mode="json")["columns"])


def with_tax(prices: Prices, **more: Any) -> Prices:
    return prices.declared(columns=[*columns(prices), {"name": "tax", "type": "numeric(4,2)", **more}])


def test_a_new_column_is_added_and_filled_from_then_on(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,b\n")
    taxed = with_tax(prices)
    counted = taxed.load(taxed.land(b"1,1,1.00,a,7.5\n2,1,1.00,b,\n", header=WITH_TAX))
    assert (counted.updated, counted.unchanged) == (1, 1)
    assert taxed.query("SELECT id, tax::text FROM bronze_shop.prices ORDER BY id") == [(1, "7.50"), (2, None)]


def test_a_new_column_without_nulls_is_refused_while_the_table_has_rows(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    taxed = with_tax(prices, nullable=False)
    chunk = taxed.land(b"1,1,1.00,a,7.5\n", header=WITH_TAX)
    with pytest.raises(WarehouseFlawError, match=r"column tax is new and declared not nullable.*Declare it nullable"):
        taxed.load(chunk)
    with prices.owner() as owner:
        owner.execute("DELETE FROM bronze_shop.prices")
    assert taxed.load(chunk).inserted == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"mode": "append", "key": None},
            r"mode append needs no key, the table has the key \(id\).*DROP TABLE .*ingest replay",
        ),
        ({"key": ["version"]}, r"mode upsert needs the key \(version\), the table has the key \(id\)"),
    ],
)
def test_another_key_is_refused(prices: Prices, change: dict[str, Any], message: str) -> None:
    required = [{**column, "nullable": column["name"] == "note"} for column in columns(prices)]
    prices = prices.declared(columns=required)
    prices.load_all(b"1,1,1.00,a\n")
    with pytest.raises(WarehouseFlawError, match=message):
        prices.declared(**change).load_all(b"1,1,1.00,a\n")


def test_a_table_that_becomes_full_gets_the_column_for_its_marks_and_keeps_it(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,b\n")
    prices.declared(mode="full").load_all(b"1,1,1.00,a\n")
    assert prices.table("id, _deleted_at IS NOT NULL") == [(1, False), (2, True)]
    with pytest.raises(WarehouseFlawError, match=r"loaded in mode full.*DROP COLUMN _deleted_at"):
        prices.load_all(b"1,1,1.00,a\n")


def test_tables_of_an_earlier_version_are_brought_up(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    with prices.owner() as owner:
        owner.execute("ALTER TABLE bronze_shop.prices ALTER load_timestamp DROP DEFAULT, ALTER _load_id DROP DEFAULT")
        owner.execute("ALTER TABLE ops.load DROP COLUMN delivered_at, DROP COLUMN table_gone_at")
        owner.execute("ALTER TABLE ops.quarantine DROP COLUMN resubmitted_by")
        owner.execute("DROP TABLE ops.delivery, ops.kafka_offset")
    assert prices.load_all(b"1,1,1.00,a\n2,1,1.00,b\n")[0].inserted == 1
    assert prices.load_all(b"3,1,1.00,c\n")[0].inserted == 1


def test_the_default_that_slows_copy_is_replaced(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    with prices.owner() as owner:
        owner.execute("ALTER TABLE bronze_shop.prices ALTER load_timestamp SET DEFAULT clock_timestamp()")
    prices.load_all(b"2,1,1.00,b\n")
    default = "SELECT column_default FROM information_schema.columns WHERE column_name = 'load_timestamp'"
    assert prices.query(f"{default} AND table_name = 'prices'") == [("statement_timestamp()",)]


def test_a_flaw_of_the_declaration_is_not_tried_again_and_a_table_in_use_is() -> None:
    assert WarehouseFlawError.exit_code == 65
    assert WarehouseError.exit_code == 1


def test_readers_wait_no_longer_than_the_lock_timeout_behind_a_new_column(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    taxed = with_tax(prices)
    chunk = taxed.land(b"1,1,1.00,a,7.5\n", header=WITH_TAX)
    with prices.warehouse.connect("dbt") as model:
        with model.transaction():
            model.execute("SELECT count(*) FROM bronze_shop.prices")
            loading = threading.Thread(target=taxed.load, args=(chunk,))
            loading.start()
            waited = 0.0
            end = time.monotonic() + 2
            while time.monotonic() < end:
                started = time.monotonic()
                assert prices.query("SELECT count(*) FROM bronze_shop.prices") == [(1,)]
                waited = max(waited, time.monotonic() - started)
        loading.join(60)
    # Without a timeout they would wait for the model, which is to say for ever.
    assert waited < 60 * evolution.LOCK_TIMEOUT / 1000
    assert prices.query("SELECT tax::text FROM bronze_shop.prices") == [("7.50",)]


def test_a_table_that_is_in_use_all_the_time_is_named(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evolution, "LOCK_TRIES", 2)
    prices.load_all(b"1,1,1.00,a\n")
    taxed = with_tax(prices)
    with prices.warehouse.connect("dbt") as model, model.transaction():
        model.execute("SELECT count(*) FROM bronze_shop.prices")
        with pytest.raises(WarehouseError, match=r"was in use for .* ADD COLUMN .*; running again is safe"):
            taxed.load(taxed.land(b"1,1,1.00,a,7.5\n", header=WITH_TAX))
