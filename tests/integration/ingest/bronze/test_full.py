"""Mode full: what a delivery has no more is marked, once all of it is loaded."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from podflow_ingest.deliveries import Delivery
from podflow_ingest.errors import LandingFlawError
from tests.integration.ingest.bronze.prices import Prices, at, counts

ROWS = "id, note, _deleted_at IS NOT NULL"


@pytest.fixture
def full(prices: Prices) -> Prices:
    return prices.declared(mode="full")


def delivered(full: Prices, second: int, *contents: bytes) -> Delivery:
    return Delivery(at=at(second), chunks=tuple(full.land(content) for content in contents))


def load_all(full: Prices, delivery: Delivery) -> None:
    for chunk in delivery.chunks:
        full.load(chunk, delivery)


def test_rows_that_a_delivery_has_no_more_are_marked_and_others_are_not_touched(full: Prices) -> None:
    full.load_all(b"1,1,1.00,stays\n2,1,1.00,goes\n3,1,1.00,changes\n")
    (before,) = full.query("SELECT load_timestamp FROM bronze_shop.prices WHERE id = 1")
    full.load_all(b"1,1,1.00,stays\n3,1,1.00,changed\n4,1,1.00,new\n")
    assert full.table(ROWS) == [
        (1, "stays", False),
        (2, "goes", True),
        (3, "changed", False),
        (4, "new", False),
    ]
    assert full.query("SELECT load_timestamp FROM bronze_shop.prices WHERE id = 1") == [before]
    assert full.query("SELECT vanished FROM ops.delivery ORDER BY delivered_at") == [(0,), (1,)]


def test_a_mark_is_a_change_that_incremental_models_find_by_load_timestamp(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n2,1,1.00,\n")
    (before,) = full.query("SELECT max(load_timestamp) FROM bronze_shop.prices")[0]
    full.load_all(b"1,1,1.00,\n")
    assert full.query(f"SELECT id, _load_id FROM bronze_shop.prices WHERE load_timestamp > '{before}'") == [(2, 2)]


def test_a_row_that_comes_back_loses_its_mark(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n2,1,1.00,two\n")
    full.load_all(b"1,1,1.00,\n")
    (counted,) = full.load_all(b"1,1,1.00,\n2,1,1.00,two\n")
    assert counted == counts(2, updated=1, unchanged=1)
    assert full.table(ROWS) == [(1, None, False), (2, "two", False)]


def test_a_row_that_comes_back_in_an_older_version_is_there_again_in_the_newer(full: Prices) -> None:
    versioned = full.declared(cursor="version")
    versioned.load_all(b"1,2,2.00,newer\n2,1,1.00,\n")
    versioned.load_all(b"2,1,1.00,\n")
    (counted,) = versioned.load_all(b"1,1,1.00,older\n2,1,1.00,\n")
    assert counted == counts(2, updated=1, unchanged=1)
    assert versioned.table(ROWS) == [(1, "newer", False), (2, None, False)]


def test_nothing_vanishes_before_the_last_chunk_of_a_delivery_is_loaded(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n2,1,1.00,\n3,1,1.00,\n")
    first, second = full.deliver(b"1,1,1.00,\n", b"2,1,1.00,\n")
    full.load(second)
    assert full.table(ROWS) == [(1, None, False), (2, None, False), (3, None, False)]
    full.load(first)
    assert full.table(ROWS) == [(1, None, False), (2, None, False), (3, None, True)]


def test_chunks_that_end_at_the_same_time_close_their_delivery(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n99,1,1.00,\n")
    chunks = full.deliver(*(b"%d,1,1.00,\n" % number for number in range(1, 9)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(full.load, chunks))
    assert full.table("id, _deleted_at IS NOT NULL") == [*((number, False) for number in range(1, 9)), (99, True)]
    assert full.query("SELECT vanished FROM ops.delivery ORDER BY delivered_at") == [(0,), (1,)]


def test_loading_a_chunk_of_a_closed_delivery_again_changes_nothing(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n2,1,1.00,\n")
    chunks = full.deliver(b"1,1,1.00,\n", b"3,1,1.00,\n")
    for chunk in chunks:
        full.load(chunk)
    before = full.table("*")
    assert [full.load(chunk) for chunk in chunks] == [counts(1, unchanged=1)] * 2
    assert full.table("*") == before


def test_a_delivery_that_a_later_one_overtook_changes_nothing(full: Prices) -> None:
    older = delivered(full, 1, b"1,1,1.00,old\n", b"2,1,1.00,old\n")
    newer = delivered(full, 2, b"1,1,1.00,new\n3,1,1.00,new\n")
    full.load(older.chunks[0], older)
    load_all(full, newer)
    assert full.load(older.chunks[1], older) == counts(1, unchanged=1)
    assert full.table(ROWS) == [(1, "new", False), (3, "new", False)]
    assert full.query("SELECT closed_at IS NULL FROM ops.delivery ORDER BY delivered_at") == [(True,), (False,)]


def test_a_delivery_that_came_back_is_the_newest(full: Prices) -> None:
    full.load_all(b"1,1,1.00,a\n")
    full.load_all(b"2,1,1.00,b\n")
    full.load_all(b"1,1,1.00,a\n")
    assert full.table(ROWS) == [(1, "a", False), (2, "b", True)]


def test_a_row_with_a_flaw_has_not_vanished(full: Prices) -> None:
    full.load_all(b"1,1,1.00,a\n2,1,1.00,b\n3,1,1.00,c\n")
    full.load_all(b"1,1,1.00,a\n2,1,n/a,b\n")
    assert full.table(ROWS) == [(1, "a", False), (2, "b", False), (3, "c", True)]


def test_while_a_rejected_row_may_be_any_row_nothing_vanishes(full: Prices) -> None:
    full.load_all(b"1,1,1.00,a\n2,1,1.00,b\n")
    full.load_all(b"1,1,1.00,a\nx,1,1.00,b\n")
    assert full.table(ROWS) == [(1, "a", False), (2, "b", False)]
    full.load_all(b"1,1,1.00,a\nonly one field\n")
    assert full.table(ROWS) == [(1, "a", False), (2, "b", False)]
    assert full.query("SELECT vanished FROM ops.delivery ORDER BY delivered_at") == [(0,), (None,), (None,)]
    full.load_all(b"1,1,1.00,a\n")
    assert full.table(ROWS) == [(1, "a", False), (2, "b", True)]


def test_keys_that_a_crash_of_the_server_lost_are_collected_again(full: Prices) -> None:
    full.load_all(b"1,1,1.00,\n2,1,1.00,\n3,1,1.00,\n")
    first, second = full.deliver(b"1,1,1.00,\n", b"2,1,1.00,\n")
    full.load(first)
    with full.owner() as owner:
        (seen,) = owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'seen_%'").fetchall()
        owner.execute(f"TRUNCATE ops.{seen[0]}")
    full.load(second)
    assert full.table(ROWS) == [(1, None, False), (2, None, False), (3, None, True)]


def test_no_table_of_keys_is_left_behind(full: Prices) -> None:
    given_up = delivered(full, 1, b"1,1,1.00,\n", b"2,1,1.00,\n")
    full.load(given_up.chunks[0], given_up)
    load_all(full, delivered(full, 2, b"3,1,1.00,\n"))
    with full.owner() as owner:
        assert owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'seen_%'").fetchall() == []


def test_a_chunk_of_no_known_delivery_is_refused(full: Prices) -> None:
    chunk = full.land(b"1,1,1.00,\n")
    with pytest.raises(LandingFlawError, match=r"landing does not say to which delivery .* run extract again"):
        full.load(chunk)


def test_readers_never_see_fewer_rows_than_a_delivery_has(full: Prices) -> None:
    full.load_all(b"1,1,1.00,a\n2,1,1.00,a\n")
    watched: list[Any] = []
    chunks = full.deliver(b"1,1,1.00,b\n", b"2,1,1.00,b\n")
    for chunk in chunks:
        full.load(chunk)
        watched += full.query("SELECT count(*) FROM bronze_shop.prices WHERE _deleted_at IS NULL")
    assert watched == [(2,), (2,)]


def test_times_of_deliveries_are_told_apart_to_the_microsecond(full: Prices) -> None:
    first = Delivery(at=at(1), chunks=(full.land(b"1,1,1.00,a\n"),))
    second = Delivery(at=at(1) + datetime.timedelta(microseconds=1), chunks=(full.land(b"2,1,1.00,b\n"),))
    load_all(full, first)
    load_all(full, second)
    assert full.table(ROWS) == [(1, "a", True), (2, "b", False)]
