"""Loads that meet other transactions."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from podflow_ingest.bronze.connection import connect
from podflow_ingest.errors import WarehouseError
from podflow_ingest.settings import Settings
from tests.integration.ingest.bronze.prices import Prices, counts

LOCK = "hashtextextended('podflow merge shop.prices', 0)"


def test_chunks_with_the_same_keys_in_opposite_order_both_load(prices: Prices) -> None:
    numbers = range(1, 3001)
    prices.load_all(b"".join(b"%d,1,1.00,\n" % number for number in numbers))
    forth = prices.land(b"".join(b"%d,1,2.00,\n" % number for number in numbers))
    back = prices.land(b"".join(b"%d,1,3.00,\n" % number for number in reversed(numbers)))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(prices.load, [forth, back]))
    assert [each.updated for each in done] == [3000, 3000]
    assert len(prices.query("SELECT DISTINCT price FROM bronze_shop.prices")) == 1


def test_a_deadlock_is_tried_again(prices: Prices, capsys: pytest.CaptureFixture[str]) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n")
    chunk = prices.land(b"1,1,2.00,b\n2,1,2.00,b\n")
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%MERGE%'"
    with ThreadPoolExecutor(1) as pool:
        with prices.owner() as observer, prices.owner() as other, other.transaction():
            other.execute("UPDATE bronze_shop.prices SET note = 'other' WHERE id = 2")
            loading = pool.submit(prices.load, chunk)
            deadline = time.monotonic() + 60
            while observer.execute(waits).fetchone() == (0,):
                assert time.monotonic() < deadline, "the load never waited for the row"
                time.sleep(0.02)
            # The load waits longer than we do, so the server finds it out first.
            other.execute("UPDATE bronze_shop.prices SET note = 'other' WHERE id = 1")
        assert loading.result(60).updated == 2
    assert "deadlock detected" in capsys.readouterr().out
    assert prices.table("note") == [("b",), ("b",)]


def test_a_lock_that_another_holds_too_long_is_an_error_that_says_so(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    settings = prices.settings.model_copy(update={"warehouse_lock_timeout": 1})
    impatient = Prices(prices.dataset, prices.root, settings, prices.reader, prices.warehouse)
    chunk = prices.land(b"1,1,2.00,b\n")
    with prices.owner() as other, other.transaction():
        other.execute("LOCK TABLE bronze_shop.prices IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(WarehouseError, match=r"canceling statement due to lock timeout .*; running again is safe"):
            impatient.load(chunk)
        assert prices.table("note") == [("a",)]
    assert prices.load(chunk) == counts(1, updated=1)


def test_a_statement_that_takes_too_long_is_an_error_that_says_so(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    settings = prices.settings.model_copy(update={"warehouse_statement_timeout": 1})
    impatient = Prices(prices.dataset, prices.root, settings, prices.reader, prices.warehouse)
    chunk = prices.land(b"1,1,2.00,b\n")
    with prices.owner() as other, other.transaction():
        other.execute("LOCK TABLE bronze_shop.prices IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(WarehouseError, match=r"statement timeout \(57014\); running again is safe"):
            impatient.load(chunk)
    assert prices.table("note") == [("a",)]
    assert prices.load(chunk) == counts(1, updated=1)


def test_a_lock_that_another_lets_go_is_waited_for(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    settings = prices.settings.model_copy(update={"warehouse_lock_timeout": 1})
    patient = Prices(prices.dataset, prices.root, settings, prices.reader, prices.warehouse)
    chunk = prices.land(b"1,1,2.00,b\n")
    with prices.owner() as other:
        other.execute("BEGIN; LOCK TABLE bronze_shop.prices IN SHARE ROW EXCLUSIVE MODE")
        # The load pauses when the lock was not to be had in time.
        monkeypatch.setattr(time, "sleep", lambda _: other.execute("COMMIT"))
        assert patient.load(chunk) == counts(1, updated=1)


def test_loads_of_different_keys_do_not_wait_for_each_other(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,a\n")
    with prices.owner() as other, other.transaction():
        other.execute(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
        other.execute("UPDATE bronze_shop.prices SET note = 'other' WHERE id = 2")
        assert prices.load(prices.land(b"1,1,2.00,b\n")) == counts(1, updated=1)


def test_readers_are_not_blocked_by_a_load_that_has_not_committed(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    with prices.owner() as other, other.transaction():
        other.execute("UPDATE bronze_shop.prices SET note = 'b'")
        prices.reader.execute("SET lock_timeout = '1s'")
        assert prices.table("note") == [("a",)]


def test_rows_that_do_not_add_up_are_never_committed(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    with prices.owner() as owner, pytest.raises(psycopg.errors.CheckViolation, match="every_row_is_accounted_for"):
        owner.execute("UPDATE ops.load SET inserted = inserted + 1")


def test_both_sides_of_the_connection_look_for_the_other(settings: Settings) -> None:
    with connect(settings) as warehouse:
        assert warehouse.execute("SHOW tcp_keepalives_idle").fetchone() == ("60",)
        assert warehouse.info.get_parameters()["keepalives_idle"] == "60"
