from collections.abc import Callable
from typing import Any

import obstore
import pytest

from podflow_ingest import landing
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.errors import DeclarationError, SourceFlawError
from podflow_ingest.extracted import Extracted
from tests.integration.ingest.postgres.conftest import ORDERS, ORDERS_TABLE, Source, Table

MAKE = Callable[..., Table]
DELTA: dict[str, Any] = {"origin": {"delta": {"overlap": "10s"}}, "cursor": "changed_at"}
ON = "('2026-11-20 00:00Z'::timestamptz + {} * interval '1 s')"
"""When order {} of ORDERS_TABLE changed."""


@pytest.fixture
def orders(source: Source, table_of: MAKE) -> Table:
    """The delta of a table with 100 orders, one a second."""
    source.execute(ORDERS_TABLE.format(rows=100))
    return table_of(**DELTA)


def ids(table: Table, extracted: Extracted) -> list[int]:
    return sorted(int(row["id"]) for row in table.landed(extracted))


def test_a_delta_has_what_changed_and_the_overlap(source: Source, orders: Table) -> None:
    assert orders.run() == Counts(100, 100, 0, 0, 0, 0)
    source.execute(f"UPDATE orders SET note = 'new', changed_at = {ON.format(200)} WHERE id = 5")
    extracted = orders.extract()
    assert ids(orders, extracted) == [5, *range(90, 101)]
    assert orders.load(extracted) == Counts(12, 0, 1, 11, 0, 0)
    assert ids(orders, orders.extract()) == [5]
    last = landing.find_chunk(
        orders.pipeline.root, landing.chunk_path(orders.pipeline.dataset, extracted["chunks"][-1])
    )
    assert last.manifest.cursor == "2026-11-20 00:03:20+00"


def test_a_commit_that_comes_late_is_in_the_overlap(source: Source, orders: Table) -> None:
    late = source.connect()
    late.execute("BEGIN")
    late.execute(f"INSERT INTO orders VALUES (1000, 'late', {ON.format(95)})")
    orders.run()
    late.execute("COMMIT")
    late.close()
    assert orders.run().inserted == 1


def test_what_was_not_loaded_is_read_again(source: Source, table_of: MAKE) -> None:
    source.execute(ORDERS_TABLE.format(rows=40_000))
    orders = table_of({"delta": {"overlap": "10s"}, "chunk_bytes": 1024 * 1024}, cursor="changed_at")
    first = orders.extract()
    assert len(first["chunks"]) > 1
    assert orders.extract()["rows"] == 40_000
    orders.pipeline.load(first["chunks"][-1])
    assert orders.extract()["rows"] == 40_000
    for chunk in first["chunks"][:-1]:
        orders.pipeline.load(chunk)
    assert orders.extract()["rows"] == 11
    assert orders.extract(whole=True)["rows"] == 40_000


def test_chunks_that_landing_has_lost_are_read_again(orders: Table) -> None:
    extracted = orders.extract()
    orders.load(extracted)
    path = landing.chunk_path(orders.pipeline.dataset, extracted["chunks"][0])
    obstore.delete(orders.pipeline.root.store, path + landing.MANIFEST)
    assert orders.extract()["rows"] == 100


def test_a_row_without_a_cursor_is_in_every_delta(source: Source, orders: Table) -> None:
    source.execute("INSERT INTO orders VALUES (0, 'undated', NULL)")
    orders.run()
    assert ids(orders, orders.extract()) == [0, *range(90, 101)]


def test_a_row_from_the_future_does_not_hide_what_comes_before_it(source: Source, orders: Table) -> None:
    source.execute("INSERT INTO orders VALUES (1000, 'future', '2999-01-01'), (1001, 'never', 'infinity')")
    orders.run()
    source.execute("INSERT INTO orders VALUES (1002, 'now', now())")
    assert ids(orders, orders.extract()) == [1000, 1001, 1002]


def test_a_delta_without_rows_leaves_the_cursor_where_it_was(source: Source, orders: Table) -> None:
    orders.run()
    source.execute("DELETE FROM orders WHERE id >= 90")
    assert orders.extract()["chunks"] == []
    source.execute(f"INSERT INTO orders VALUES (1000, NULL, {ON.format(91)}), (1001, NULL, NULL)")
    orders.run()
    source.execute(f"INSERT INTO orders VALUES (1002, NULL, {ON.format(90)}), (1003, NULL, {ON.format(89)})")
    assert ids(orders, orders.extract()) == [1000, 1001, 1002]


def test_a_new_column_or_another_table_is_read_whole(source: Source, orders: Table, table_of: MAKE) -> None:
    source.execute("ALTER TABLE orders ADD city text DEFAULT 'Oslo'; CREATE VIEW seen AS SELECT * FROM orders")
    orders.run()
    wider = table_of(**DELTA, columns=[*ORDERS["columns"], {"name": "city", "type": "text"}])
    assert wider.run() == Counts(100, 0, 100, 0, 0, 0)
    assert wider.extract()["rows"] == 11
    moved = table_of(
        origin={**DELTA["origin"], "table": "public.seen"}, cursor="changed_at", columns=[*ORDERS["columns"]]
    )
    assert moved.extract()["rows"] == 100


def test_a_bronze_table_that_was_made_anew_is_filled_from_the_whole_table(orders: Table, warehouse: Any) -> None:
    orders.run()
    with warehouse.connect() as owner:
        owner.execute("DROP TABLE bronze_shop.orders")
    # Nobody can know yet that the table is gone; the load that makes it anew enters it in the ledger.
    assert orders.run().inserted == 11
    assert orders.run().inserted == 89


@pytest.mark.parametrize(
    ("kind", "overlap", "found"),
    [
        ("integer", 5, 6),
        ("numeric", 5, 6),
        ("date", "2d", 3),
        ("timestamp", "48h", 3),
    ],
)
def test_the_cursor_may_be_a_number_or_a_date(
    source: Source, table_of: MAKE, kind: str, overlap: Any, found: int
) -> None:
    value = "n" if isinstance(overlap, int) else "date '2020-01-01' + n"
    source.execute(f"CREATE TABLE orders (id bigint, at {kind}); CREATE INDEX ON orders (at)")
    source.execute(f"INSERT INTO orders SELECT n, {value} FROM generate_series(1, 50) n")
    columns = [*ORDERS["columns"][:1], {"name": "at", "type": kind}]
    orders = table_of({"delta": {"overlap": overlap}}, cursor="at", columns=columns)
    orders.run()
    assert ids(orders, orders.extract()) == list(range(51 - found, 51))


def test_a_number_that_no_other_comes_after_is_refused(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE TABLE orders (id bigint, at numeric); INSERT INTO orders VALUES (1, 'NaN')")
    columns = [*ORDERS["columns"][:1], {"name": "at", "type": "numeric"}]
    with pytest.raises(SourceFlawError, match=r"column 'at' of public\.orders has the value NaN"):
        table_of({"delta": {"overlap": 1}}, cursor="at", columns=columns).extract()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"origin": {"delta": {"overlap": 5}}, "cursor": "changed_at"}, "overlap 5 does not go with the cursor"),
        ({"origin": {"delta": {"overlap": "5m"}}, "cursor": "id"}, "overlap '5m' does not go with the cursor 'id'"),
    ],
)
def test_an_overlap_that_does_not_go_with_the_cursor_is_refused(
    source: Source, table_of: MAKE, changes: dict[str, Any], message: str
) -> None:
    source.execute(ORDERS_TABLE.format(rows=1))
    with pytest.raises(DeclarationError, match=message):
        table_of(**changes).extract()
