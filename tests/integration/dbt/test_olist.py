"""Olist from its source database to gold on real servers, against a computation by plain Python.

One story in the order of the tests: each starts from what the one before left in source and warehouse.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from podflow_dags.catalogue import datasets, declaration
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from podflow_sources.olist.fill import MadeUp, fill
from tests.e2e import expected_olist
from tests.integration.dbt.builds import Builds, Finished, pod_environment
from tests.integration.dbt.ingestion import bring
from tests.servers import Server, fresh_source, fresh_warehouse

# What the published rows have and the made-up ones do not.
HABITS = """
INSERT INTO order_reviews SELECT r.review_id, o.order_id, r.review_score, r.review_comment_title,
    r.review_comment_message, r.review_creation_date, r.review_answer_timestamp
    FROM (SELECT * FROM order_reviews ORDER BY review_id LIMIT 5) AS r
    JOIN LATERAL (SELECT order_id FROM orders WHERE order_id <> r.order_id ORDER BY order_id LIMIT 1) AS o ON true;
UPDATE orders SET order_status = 'canceled' WHERE order_id IN
    (SELECT order_id FROM orders WHERE order_status = 'delivered' ORDER BY order_id LIMIT 2);
UPDATE orders SET order_delivered_customer_date = NULL WHERE order_id IN
    (SELECT order_id FROM orders WHERE order_status = 'delivered' ORDER BY order_id LIMIT 2);
UPDATE customers SET customer_zip_code_prefix = '99999' WHERE customer_id IN
    (SELECT customer_id FROM customers ORDER BY customer_id LIMIT 2);
INSERT INTO geolocation SELECT * FROM geolocation ORDER BY geolocation_lat LIMIT 7;
"""
KEYS = {
    "customers": {"PRIMARY KEY (customer_id)", "FOREIGN KEY (zip_code_prefix) REFERENCES zip_codes"},
    "order_items": {
        "PRIMARY KEY (order_id, order_item_id)",
        "FOREIGN KEY (order_id) REFERENCES orders",
        "FOREIGN KEY (product_id) REFERENCES products",
        "FOREIGN KEY (seller_id) REFERENCES sellers",
    },
    "order_payments": {"PRIMARY KEY (order_id, payment_sequential)", "FOREIGN KEY (order_id) REFERENCES orders"},
    "order_reviews": {
        "PRIMARY KEY (review_id, order_id)",
        "FOREIGN KEY (order_id) REFERENCES orders",
        "FOREIGN KEY (review_id) REFERENCES reviews",
    },
    "orders": {"PRIMARY KEY (order_id)", "FOREIGN KEY (customer_id) REFERENCES customers"},
    "product_categories": {"PRIMARY KEY (category)"},
    "products": {"PRIMARY KEY (product_id)", "FOREIGN KEY (category) REFERENCES product_categories"},
    "reviews": {"PRIMARY KEY (review_id)"},
    "sellers": {"PRIMARY KEY (seller_id)", "FOREIGN KEY (zip_code_prefix) REFERENCES zip_codes"},
    "zip_codes": {"PRIMARY KEY (zip_code_prefix)"},
}


@dataclass(frozen=True)
class Market(Builds):
    """The source database and the warehouse."""

    source: psycopg.Connection
    ingestion: Settings

    def bring(self, *tables: str) -> None:
        """Bring tables to bronze as the pods of the DAG do, all by default."""
        for name in tables or datasets("olist"):
            bring(parse_dataset(declaration("olist", name)), self.ingestion)

    def build(self, select: str = "olist") -> Finished:
        return self.run("build", "--select", select, "--target", "pro")

    def keys(self) -> dict[str, set[str]]:
        """Return the primary and foreign keys of schema transform that hold for all rows, by table."""
        found: dict[str, set[str]] = {}
        for table, key in self.query(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'transform'::regnamespace AND contype IN ('p', 'f') AND convalidated"
        ):
            reference = key.rpartition("(")[0] if "REFERENCES" in key else key
            found.setdefault(table.removeprefix("transform."), set()).add(reference.replace("transform.", ""))
        return found


@pytest.fixture(scope="module")
def market(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A source with made-up rows that have the habits of the published ones; its tables are in bronze."""
    folder: Path = tmp_path_factory.mktemp("olist")
    with (
        pytest.MonkeyPatch.context() as patched,
        fresh_warehouse(postgres_server) as warehouse,
        fresh_source(postgres_server) as url,
        psycopg.connect(url, autocommit=True) as source,
        warehouse.connect("ingest") as ingest,
        warehouse.connect("dbt") as dbt,
    ):
        fill(url, MadeUp(7, 0.004))
        source.execute(HABITS)
        places = {"LANDING_URL": folder.as_uri(), "CONNECTIONS__OLIST": url}
        for name, value in {**warehouse.environment(), **places}.items():
            patched.setenv(name, value)
        market = Market(ingest, dbt, pod_environment(warehouse), folder, source, Settings.read())
        market.bring()
        yield market


def gold_matches(market: Market) -> None:
    """Compare each table of gold, row by row, with what plain Python makes of the source's rows."""
    rows = expected_olist.read(market.source)
    for table in expected_olist.GOLD:
        compute: Callable[..., set[expected_olist.Row]] = getattr(expected_olist, table)
        found, expected = market.query(f"SELECT * FROM gold_olist.{table}"), compute(rows)
        assert len(found) == len(set(found)) == len(expected), table
        assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"


def test_points_that_are_given_twice_are_counted_as_duplicates(market: Market) -> None:
    counts = "SELECT sum(read), sum(inserted), sum(duplicate), sum(rejected) FROM ops.load WHERE dataset = 'olist.{}'"
    ((read, inserted, duplicate, rejected),) = market.query(counts.format("geolocation"))
    assert (read, duplicate, rejected) == (inserted + 7, 7, 0)


def test_the_first_build_brings_every_table_to_gold(market: Market) -> None:
    finished = market.build()
    assert (finished.code, finished.result.get("warned")) == (0, 0), finished.result
    gold_matches(market)


def test_the_normalised_tables_have_primary_and_foreign_keys(market: Market) -> None:
    assert market.keys() == KEYS
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        market.query(
            "UPDATE transform.order_items SET order_id = 'nobody'"
            " WHERE order_id = (SELECT min(order_id) FROM transform.order_items) RETURNING order_id"
        )


def test_a_review_of_two_orders_is_one_review(market: Market) -> None:
    assert market.query(
        "SELECT (SELECT count(*) FROM transform.order_reviews) - (SELECT count(*) FROM transform.reviews)"
    ) == [(5,)]


def test_every_zip_code_of_a_customer_is_there_also_where_nobody_gave_a_point(market: Market) -> None:
    place = "SELECT latitude, longitude FROM transform.zip_codes WHERE zip_code_prefix = '99999'"
    assert market.query(place) == [(None, None)]


@pytest.mark.parametrize("table", ["olist__orders", "olist__zip_codes olist__products"])
def test_a_table_that_is_built_alone_keeps_the_keys_that_refer_to_it(market: Market, table: str) -> None:
    before = market.query("SELECT 'transform.orders'::regclass::oid")
    finished = market.build(table)
    assert finished.code == 0, finished.result
    assert market.keys() == KEYS
    assert (market.query("SELECT 'transform.orders'::regclass::oid") != before) == ("orders" in table)


def test_what_the_source_no_longer_has_leaves_all_layers(market: Market) -> None:
    market.source.execute(
        "CREATE TEMP TABLE gone AS SELECT order_id, customer_id FROM orders ORDER BY order_id DESC LIMIT 3"
    )
    for table in ("order_items", "order_payments", "order_reviews", "orders"):
        market.source.execute(f"DELETE FROM {table} WHERE order_id IN (SELECT order_id FROM gone)".encode())
    market.source.execute("DELETE FROM customers WHERE customer_id IN (SELECT customer_id FROM gone)")
    market.bring()
    finished = market.build()
    assert finished.code == 0, finished.result
    assert market.keys() == KEYS
    gold_matches(market)


def test_tables_that_do_not_agree_end_the_build_by_name_and_the_next_run_heals_them(market: Market) -> None:
    lines = "SELECT 'transform.order_items'::regclass::oid, (SELECT count(*) FROM transform.order_items)"
    before = market.query(lines)
    market.source.execute("ALTER TABLE order_items DROP CONSTRAINT order_items_product_id_fkey")
    market.source.execute("CREATE TEMP TABLE late AS SELECT * FROM products ORDER BY product_id LIMIT 1")
    market.source.execute("DELETE FROM products WHERE product_id IN (SELECT product_id FROM late)")
    market.source.execute("UPDATE order_items SET product_id = late.product_id FROM late WHERE order_item_id = 2")
    market.bring("products", "order_items")
    finished = market.build()
    assert finished.code == 65
    assert "test relationships_stg_olist__order_items_product_id" in str(finished.result["error"])
    assert market.query(lines) == before
    market.source.execute("INSERT INTO products SELECT * FROM late")
    market.bring("products")
    finished = market.build()
    assert finished.code == 0, finished.result
    assert market.keys() == KEYS
    gold_matches(market)
