"""Logistics from bronze to gold on a real warehouse, against a computation by plain Python."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.settings import Settings
from podflow_producers.orders import Orders
from tests.e2e import expected_star
from tests.e2e.expected_star import Files
from tests.integration.dbt.builds import Warehouse, pod_environment
from tests.integration.dbt.shop import Shop, exported

LINES, ORDERS = 1500, 700
FILES = exported(LINES)
FACTS = "SELECT * FROM gold_logistics.fact_orders"
VERSIONS = "SELECT order_line_key, xmin::text FROM gold_logistics.fact_orders"


def sent(first: int, count: int) -> list[bytes]:
    """Return the values of some messages, in the order of sending."""
    stream = Orders(3, datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC), 2 * ORDERS)
    return [value for batch in stream.batches(first, count) for _, value in batch.records]


def changed(message: bytes, **members: object) -> bytes:
    return json.dumps({**json.loads(message), **members}).encode()


@pytest.fixture
def shop(warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A warehouse with all files and the first orders in bronze."""
    for folder in ("landing", "source"):
        (tmp_path / folder).mkdir()
    places = {
        "LANDING_URL": (tmp_path / "landing").as_uri(),
        "CONNECTIONS__LOGISTICS_FILES": (tmp_path / "source").as_uri(),
    }
    for name, value in {**warehouse.environment(), **places}.items():
        monkeypatch.setenv(name, value)
    with warehouse.connect("ingest") as ingest, warehouse.connect("dbt") as dbt:
        made = Shop(ingest, dbt, pod_environment(warehouse), tmp_path, Settings.read())
        made.deliver(FILES)
        made.send(sent(0, ORDERS))
        yield made


def build(shop: Shop, *options: str, select: str = "logistics") -> Any:
    finished = shop.run("build", "--select", select, "--target", "pro", *options)
    assert finished.code == 0, finished.result
    assert finished.result["warned"] == 0
    return finished


def star_is(shop: Shop, files: Files, messages: list[bytes]) -> None:
    """Compare each table of gold, row by row, with what plain Python makes of the files and messages."""
    expected = {
        "dim_customers": expected_star.dim_customers(files),
        "dim_products": expected_star.dim_products(files),
        "fact_orders": expected_star.fact_orders(files, messages),
    }
    for table, rows in expected.items():
        found = [
            row if table != "fact_orders" else row[:-1] for row in shop.query(f"SELECT * FROM gold_logistics.{table}")
        ]
        assert len(found) == len(set(found))
        assert set(found) == rows, f"{table}: {sorted(set(found) ^ rows, key=str)[:4]}"


def test_the_first_build_makes_the_star_layer_by_layer(shop: Shop) -> None:
    ((rejected,),) = shop.query("SELECT count(*) FROM ops.quarantine WHERE reason LIKE '%cst_id%'")
    assert rejected == 4
    # As the DAGs silver_layer and dbt_pipeline select.
    assert build(shop, select="logistics.bronze logistics.silver").result["models"] == 14
    assert shop.relations("gold_") == set()
    assert build(shop, select="logistics.gold").result["models"] == 3
    star_is(shop, FILES, sent(0, ORDERS))
    assert shop.query("SELECT count(*) FROM gold_logistics.dim_customers") == [(18_484,)]
    assert shop.query("SELECT count(*) FROM gold_logistics.fact_orders") == [(LINES + ORDERS,)]


def test_a_later_build_takes_late_repeated_and_changed_rows_and_ends_where_a_full_refresh_does(shop: Shop) -> None:
    build(shop)
    again = build(shop).result["rows_affected"]
    assert (again["fact_orders"], again["logistics__orders"], again["logistics__crm_sales_details"]) == (0, 0, 0)
    before = dict(shop.query(VERSIONS))
    first = sent(0, ORDERS)
    late = changed(sent(ORDERS, 1)[0], ordered_at="2026-10-30T23:59:59.999Z", order_date="2026-10-30")
    corrected = changed(first[5], quantity=9, sales=str(9 * float(json.loads(first[5])["price"])))
    more = [late, first[3], corrected, *sent(ORDERS + 1, 2)]
    lines = FILES.crm_sales_details.decode().splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:5], "20990101", *cells[6:]])
    files = dataclasses.replace(FILES, crm_sales_details="\n".join([*lines, ""]).encode())
    shop.send(more)
    shop.deliver(files)
    finished = build(shop)
    assert finished.result["rows_affected"]["fact_orders"] == 6
    star_is(shop, files, [*first, *more])
    after = dict(shop.query(VERSIONS))
    assert sum(after[key] != before.get(key) for key in after) == 6
    facts = set(shop.query(FACTS))
    build(shop, "--full-refresh")
    assert set(shop.query(FACTS)) == facts


def test_orders_that_are_days_behind_the_files_are_not_missed(shop: Shop) -> None:
    shop.age_orders("5 days")
    build(shop)
    shop.send(sent(ORDERS, 2))
    shop.age_orders("1 day")
    build(shop)
    star_is(shop, FILES, sent(0, ORDERS + 2))


def test_what_an_export_no_longer_has_leaves_the_star(shop: Shop) -> None:
    build(shop)
    header, first, *others = FILES.erp_loc_a101.decode().splitlines()
    files = dataclasses.replace(FILES, erp_loc_a101="\n".join([header, *others, ""]).encode())
    shop.deliver(files)
    build(shop)
    star_is(shop, files, sent(0, ORDERS))
    number = first.partition(",")[0].replace("-", "")
    countries = f"SELECT country FROM gold_logistics.dim_customers WHERE customer_number = '{number}'"
    assert shop.query(countries) == [("n/a",)]


def test_orders_that_cannot_be_true_fail_the_build_by_the_names_of_the_tests(shop: Shop) -> None:
    one, two = sent(ORDERS, 2)
    shop.send([changed(one, ship_date="2026-11-01"), changed(two, sales="0.01")])
    finished = shop.run("build", "--select", "logistics", "--target", "pro")
    assert finished.code == 65
    for name in ("assert_ship_date_not_less_order_date", "assert_price_quantity_eq_sales"):
        assert f"test {name}: Got 1 result" in finished.result["error"]


def test_a_price_below_zero_and_an_unknown_customer_never_reach_readers_unseen(shop: Shop) -> None:
    one, two = sent(ORDERS, 2)
    build(shop)
    shop.send([changed(one, price="-1.00"), changed(two, customer_key="AW00000001")])
    finished = shop.run("build", "--select", "logistics", "--target", "pro")
    assert "test not_negative_logistics__orders_price: Got 1 result" in finished.result["error"]
    star_is(shop, FILES, sent(0, ORDERS))
    finished = shop.run("build", "--select", "logistics.gold", "--target", "pro")
    for name in ("assert_price_not_less_zero", "relationships_fact_orders_customer_key"):
        assert f"test {name}" in finished.result["error"]


def test_orders_are_stale_after_a_day_and_fail_after_two(shop: Shop) -> None:
    def ask(source: str) -> Any:
        return shop.run("freshness", "--select", f"source:{source}", "--target", "pro")

    for age, counts in (("1 hour", (7, 0, 0)), ("1 day 1 hour", (6, 1, 0))):
        shop.let_orders_have_come(age)
        finished = ask("logistics")
        assert finished.code == 0
        assert tuple(finished.result[name] for name in ("passed", "warned", "failed")) == counts
    shop.let_orders_have_come("2 days 1 hour")
    finished = ask("logistics")
    assert finished.code == 1
    assert "source logistics.orders: its newest row came 2 days, 1:00:" in finished.result["error"]
    finished = ask("forex")
    assert finished.code == 1
    assert 'relation "bronze_forex.customer_transactions" does not exist' in finished.result["error"]
    assert ask("shop").result == {"error": "dbt source freshness: no source matches --select source:shop"}
