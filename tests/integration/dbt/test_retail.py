"""Retail from its API to gold on a real warehouse: in order, out of order and again, against plain Python."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podflow_dags.catalogue import declaration
from podflow_ingest.bronze.ddl import ensure_tables
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.settings import Settings
from podflow_sources.retail.customers import Customer
from tests.e2e import expected_retail
from tests.integration.dbt.builds import ROOT, Warehouse, pod_environment
from tests.integration.dbt.chain import DATASETS, Chain, served

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(4)]
LATER = date(2026, 4, 10)
TABLES = {
    "dim_customer": expected_retail.dim_customer,
    "dim_product": expected_retail.dim_product,
    "fact_sales": expected_retail.fact_sales,
    "fact_sales_aggregate": expected_retail.fact_sales_aggregate,
}
KEPT = "dbt_test__audit"


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture
def chain(warehouse: Warehouse, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    """An empty warehouse, and the API to fill it from."""
    (tmp_path / "landing").mkdir()
    places = {"LANDING_URL": (tmp_path / "landing").as_uri(), "CONNECTIONS__RETAIL_API": api}
    for name, value in {**warehouse.environment(), **places}.items():
        monkeypatch.setenv(name, value)
    with warehouse.connect("ingest") as ingest, warehouse.connect("dbt") as dbt:
        for dataset in DATASETS:
            ensure_tables(ingest, parse_dataset(declaration("retail", dataset)))
        yield Chain(ingest, dbt, pod_environment(warehouse), tmp_path, Settings.read())


def gold_is(chain: Chain, days: list[date]) -> None:
    """Compare each table of gold, row by row, with what plain Python makes of the days."""
    answered = expected_retail.answered(days)
    for table, computed in TABLES.items():
        found = chain.query(f"SELECT * FROM gold_retail.{table}")
        found = [row[:-1] for row in found] if table == "fact_sales" else found
        expected = computed(answered)
        assert len(found) == len(set(found))
        assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"


@pytest.mark.timeout(900)
def test_days_that_come_late_or_again_give_the_tables_that_days_in_order_give(chain: Chain) -> None:
    first, second, third, fourth = DAYS
    chain.bring(LATER)
    chain.bring(third)
    chain.build_by_layer()
    gold_is(chain, [third, LATER])
    chain.bring(first)
    chain.bring(second, ("customers",))
    chain.bring(third)
    written = chain.build()
    # Of the days that were there, only lines whose customer had changed meanwhile are written again.
    ((moved,),) = chain.query(
        "SELECT count(*) FROM silver_retail.fact_sales WHERE sale_date >= '2026-03-03'"
        " AND changed_at = (SELECT max(changed_at) FROM silver_retail.fact_sales)"
    )
    ((new,),) = chain.query("SELECT count(*) FROM silver_retail.fact_sales WHERE sale_date < '2026-03-03'")
    assert moved > 0
    assert written["retail__fact_sales"] == written["fact_sales"] == moved + new
    chain.bring(second)
    chain.bring(fourth)
    chain.build()
    gold_is(chain, [*DAYS, LATER])
    again = chain.build()
    assert (again["retail__fact_sales"], again["fact_sales"]) == (0, 0)


CITIES = st.sampled_from(["Graz", "Lyon", "Rome", ""])
SNAPSHOT = st.dictionaries(st.integers(1, 4), CITIES, min_size=1)
DELIVERIES = st.lists(st.tuples(st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n)), SNAPSHOT), max_size=14)


@pytest.mark.timeout(300)
def test_a_customers_history_follows_from_the_snapshots_whatever_days_came_when(chain: Chain, tmp_path: Path) -> None:
    """Random days, in any order, repeated with other content, with customers who leave and come back."""
    query = compiled("retail__customer_history", chain, tmp_path)
    chain.build("stg_retail__customers")

    @settings(max_examples=150, deadline=None)
    @given(DELIVERIES)
    def agrees(deliveries: list[tuple[date, dict[int, str]]]) -> None:
        chain.ingest.execute("TRUNCATE bronze_retail.customers")
        last: dict[date, dict[int, str]] = {}
        for day, snapshot in deliveries:
            chain.snapshot(day, snapshot)
            last[day] = snapshot
        expected = expected_retail.history({day: [_customer(*each) for each in last[day].items()] for day in last})
        found = chain.query(f"SELECT customer_id, city, valid_from, valid_to, is_current FROM ({query}) AS history")
        assert sorted(found, key=str) == sorted(
            ((each.customer_id, each.described[5], each.valid_from, each.valid_to, each.valid_to is None)
             for each in expected), key=str,
        )  # fmt: skip

    agrees()


def _customer(number: int, city: str) -> Customer:
    known: dict[str, Any] = dict.fromkeys(Customer.model_fields)
    return Customer.model_construct(
        **{**known, "customer_id": number, "first_name": "Ada", "last_name": "Aydin", "city": city}
    )


def compiled(model: str, chain: Chain, folder: Path) -> str:
    """Return the query of a model as dbt makes it."""
    places = [f"--project-dir={ROOT / 'dbt'}", f"--profiles-dir={ROOT / 'dbt'}", f"--target-path={folder / 'compiled'}"]
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "compile", "--select", model, "--target", "pro", *places, f"--log-path={folder}"]
    subprocess.run(command, env=chain.environment, check=True, capture_output=True)
    (found,) = (folder / "compiled").rglob(f"{model}.sql")
    return found.read_text()


def failed(chain: Chain, select: str) -> Any:
    finished = chain.run("build", "--select", select, "--target", "pro")
    assert finished.code == 65
    return finished


@pytest.mark.timeout(300)
def test_checks_stop_before_silver_and_tell_what_they_found(chain: Chain) -> None:
    for day in DAYS[:2]:
        chain.bring(day)
    chain.ingest.execute("UPDATE bronze_retail.customers SET loyalty_tier = 'tin' WHERE customer_id IN (3, 5)")
    chain.ingest.execute("DELETE FROM bronze_retail.products WHERE snapshot_date = %s AND product_id > 40", (DAYS[1],))
    # One line of the day's delivery, and one of a delivery that this one replaced.
    chain.ingest.execute(
        "INSERT INTO ops.quarantine (load_id, dataset, chunk, line, raw, reason)"
        " SELECT load_id, dataset, delivered, 7, '{}', 'quantity: required, but missing' FROM ops.load"
        " CROSS JOIN LATERAL (VALUES (chunk), (regexp_replace(chunk, '-[0-9a-f]{12}-', '-0-'))) AS c (delivered)"
        " WHERE dataset = 'retail.fact_sales' AND chunk LIKE '%dt=2026-03-01%'"
    )
    finished = failed(chain, "retail.bronze")
    told = {each["check"]: each for each in finished.events if each["event"] == "check failed"}
    tier = "accepted_values_stg_retail__customers_loyalty_tier__bronze__silver__gold__platinum"
    assert {name: each["rows"] for name, each in told.items()} == {
        tier: 1,
        "no_day_shrinks_stg_retail__products_snapshot_date__0_8": 1,
        "none_rejected_stg_retail__fact_sales_retail_fact_sales": 1,
    }
    rows = {each["check"]: each["row"] for each in finished.events if each["event"] == "found"}
    assert rows[tier] == {"value_field": "tin", "n_records": "4"}
    assert rows["none_rejected_stg_retail__fact_sales_retail_fact_sales"]["reason"] == "quantity: required, but missing"
    for each in told.values():
        assert each["see"] in finished.result["error"]
        assert len(chain.query(each["see"])) == each["rows"]
    assert chain.relations("silver_") == set()


@pytest.mark.timeout(300)
def test_a_sale_by_nobody_known_stops_before_gold(chain: Chain) -> None:
    chain.bring(FIRST)
    chain.build()
    gold = chain.query("SELECT count(*), max(changed_at) FROM gold_retail.fact_sales")
    chain.ingest.execute(
        "UPDATE bronze_retail.fact_sales SET customer_id = 9999, amount = amount + 1, load_timestamp = now()"
        " WHERE sale_id = '20260301-00001'"
    )
    finished = failed(chain, "retail.silver")
    checks = {each["check"] for each in finished.events if each["event"] == "check failed"}
    assert {
        "not_null_retail__fact_sales_customer_valid_from",
        "amounts_follow_from_quantity_price_and_discount",
    } <= checks
    assert chain.query("SELECT count(*), max(changed_at) FROM gold_retail.fact_sales") == gold
