"""The retail pipeline on a real cluster: days in order against plain Python; tests/faults runs thirty at once too."""

import json

import psycopg
import pytest

from k8s.airflow_api import AirflowApi
from k8s.kubectl import Kubectl
from tests.e2e.retail_chain import STAR, RetailChain, Tables, expected, last_days

DAYS = 3
SECONDS = 600


@pytest.fixture(scope="module")
def chain(airflow: AirflowApi, kubectl: Kubectl) -> RetailChain:
    return RetailChain(airflow, kubectl)


@pytest.fixture(scope="module")
def in_order(chain: RetailChain) -> Tables:
    """The tables after one day at a time."""
    chain.backfill(last_days(DAYS), at_once=1, seconds=SECONDS)
    return chain.tables()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("table", ["dim_customer", "dim_product", "fact_sales", "fact_sales_aggregate"])
def test_gold_is_what_plain_python_makes_of_the_days(
    in_order: Tables, chain: RetailChain, warehouse: psycopg.Connection, table: str
) -> None:
    days = chain.days()
    assert len(days) >= DAYS
    wanted = expected(days)[f"gold_retail.{table}"]
    found = warehouse.execute(f"select * from gold_retail.{table}".encode()).fetchall()
    assert len(found) == len(in_order[f"gold_retail.{table}"])
    assert {row[:-1] if table == "fact_sales" else row for row in found} == wanted


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("in_order")
def test_a_failed_check_stops_the_star_and_its_log_tells_why(chain: RetailChain) -> None:
    before = chain.tables()
    changed = "update bronze_retail.customers set loyalty_tier = '{}' where customer_id = 7"
    ((tier),) = set(chain.ask("select max(loyalty_tier) from bronze_retail.customers where customer_id = 7"))
    chain.ask(changed.format("tin"))
    try:
        run_id = chain.airflow.trigger(STAR)
        chain.settle(240)
        tasks = {task.task_id: task for task in chain.airflow.task_instances(STAR, run_id)}
        assert {name: task.state for name, task in tasks.items()} == {
            "bronze": "failed",
            "silver": "upstream_failed",
            "gold": "upstream_failed",
        }
        log = chain.airflow.task_log(STAR, run_id, tasks["bronze"])
        events = [json.loads(line[line.index("{") :]) for line in log if '"event": "' in line]
        (told,) = [each for each in events if each["event"] == "check failed"]
        assert told["check"].startswith("accepted_values_stg_retail__customers_loyalty_tier")
        assert [each["row"]["value_field"] for each in events if each["event"] == "found"] == ["tin"]
        assert [line.split("|")[0] for line in chain.ask(told["see"])] == ["tin"]
        assert chain.tables() == before
    finally:
        chain.ask(changed.format(tier))
