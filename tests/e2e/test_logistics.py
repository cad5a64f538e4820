"""The shop's pipeline on a real cluster, from nothing to the star, against a computation by plain Python.

One run of `trigger_dags` for all tests: producers, broker, sink, files, dbt, and the tests of dbt on the way.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import obstore
import psycopg
import pytest
from obstore.store import S3Store

from k8s import dag_runs
from k8s.airflow_api import AirflowApi, TaskInstance
from k8s.dag_runs import DagRun
from k8s.demo_account import account
from k8s.kubectl import Kubectl
from podflow_producers.flaws import Flaws
from podflow_producers.orders import Orders
from tests.e2e import expected_star
from tests.e2e.expected_star import Files

MASTER = "trigger_dags"
STEPS = ("produce_messages", "bronze_layer", "silver_layer", "dbt_pipeline")
ORDERS, PRODUCERS = 5_000, 2
FLAWS = Flaws(late=0.02, malformed=0.001)
PATHS = {
    "crm_cust_info": "crm/cust_info.csv",
    "crm_prd_info": "crm/prd_info.csv",
    "crm_sales_details": "crm/sales_details.csv",
    "erp_cust_az12": "erp/CUST_AZ12.csv",
    "erp_loc_a101": "erp/LOC_A101.csv",
    "erp_px_cat_g1v2": "erp/PX_CAT_G1V2.csv",
}


@dataclass(frozen=True)
class Finished:
    """The run, and what it left."""

    run: DagRun
    airflow: AirflowApi
    warehouse: psycopg.Connection

    def tasks(self, dag_id: str) -> list[TaskInstance]:
        return self.airflow.task_instances(dag_id, self.run.run_id)

    def results(self, dag_id: str, task_id: str) -> list[dict[str, int]]:
        """The results of a task's pods."""
        tasks = [task for task in self.tasks(dag_id) if task.task_id == task_id]
        return [self.airflow.xcom(dag_id, self.run.run_id, task, "return_value") for task in tasks]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.warehouse.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def finished(airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection) -> Finished:
    """A run of the master to its end: the one that its schedule starts when it is unpaused."""
    deadline = time.monotonic() + 120
    while not all(airflow.is_known(dag_id) for dag_id in STEPS):
        assert time.monotonic() < deadline, "the DAG processor has not brought the DAGs in"
        time.sleep(1)
    run = dag_runs.start(airflow, MASTER)
    dag_runs.follow(airflow, kubectl, run, print)
    return Finished(run, airflow, warehouse)


@pytest.fixture(scope="module")
def files(source_files: S3Store) -> Files:
    """The files as the source systems delivered them."""
    return Files(
        **{name: bytes(obstore.get(source_files, f"logistics/{path}").bytes()) for name, path in PATHS.items()}
    )


@pytest.fixture(scope="module")
def messages(finished: Finished) -> list[bytes]:
    """The orders that producers sent and that are fit for use, made again from the seed that is in their numbers."""
    ((seed,),) = finished.rows("select distinct split_part(order_id, '-', 2) from bronze_logistics.orders")
    day = datetime.strptime(str(seed), "%Y%m%d").replace(tzinfo=UTC)
    stream = Orders(int(str(seed)), day, day + timedelta(days=1), ORDERS, FLAWS)
    return [
        value
        for batch in stream.batches(0, ORDERS)
        for index, (_, value) in enumerate(batch.records)
        if index not in batch.malformed
    ]


@pytest.mark.timeout(900)
def test_the_master_runs_its_dags_one_after_the_other(finished: Finished) -> None:
    assert [task.task_id for task in finished.tasks(MASTER)] == list(STEPS)
    assert {finished.airflow.run_state(dag_id, finished.run.run_id) for dag_id in STEPS} == {"success"}


def test_every_order_that_was_produced_has_landed_once(finished: Finished, messages: list[bytes]) -> None:
    produced = finished.results("produce_messages", "produce")
    assert len(produced) == PRODUCERS
    assert sum(pod["acknowledged"] for pod in produced) == ORDERS
    landed = finished.rows("select order_id from bronze_logistics.orders order by order_id")
    assert [number for (number,) in landed] == sorted(json.loads(message)["order_id"] for message in messages)


def test_what_cannot_be_used_is_in_quarantine(finished: Finished, messages: list[bytes]) -> None:
    ((orders, customers),) = finished.rows(
        "select count(*) filter (where dataset = 'logistics.orders'),"
        " count(*) filter (where dataset = 'logistics.crm_cust_info') from ops.quarantine"
    )
    assert (orders, customers) == (ORDERS - len(messages), 4)


def test_the_log_of_the_sink_tells_which_offsets_it_wrote(finished: Finished, messages: list[bytes]) -> None:
    (drain,) = [task for task in finished.tasks("bronze_layer") if task.task_id == "orders"]
    log = finished.airflow.task_log("bronze_layer", finished.run.run_id, drain)
    batches = [json.loads(line[line.index("{") :]) for line in log if '"event": "batch"' in line]
    assert {batch["topic"] for batch in batches} == {"orders"}
    assert {batch["partition"] for batch in batches} == {0, 1, 2}
    assert sum(batch["rows"] for batch in batches) == len(messages)
    assert sum(batch["rejected"] for batch in batches) == ORDERS - len(messages)
    # A producer that had to send a message again leaves no gap: it is idempotent.
    assert sum(batch["to"] - batch["from"] + 1 for batch in batches) == ORDERS


def test_the_demo_counts_messages_beside_the_rows_of_files(
    finished: Finished, kubectl: Kubectl, messages: list[bytes]
) -> None:
    runs = [finished.airflow.run(dag_id, finished.run.run_id) for dag_id in (MASTER, *STEPS)]
    told = account(finished.airflow, kubectl, "logistics", runs)
    landed = len(messages)
    expected = finished.rows(
        f"select sum(read)::int + {ORDERS}, sum(inserted)::int + {landed}, sum(rejected)::int + {ORDERS - landed}"
        " from ops.load where dataset like 'logistics.%' and dataset <> 'logistics.orders'"
        f" and run_id = '{finished.run.run_id}'"  # which another DAG's run of the same hour has, too
    )
    assert expected == [(told.read, told.inserted, told.rejected)]


@pytest.mark.parametrize("table", ["dim_customers", "dim_products", "fact_orders"])
def test_the_star_is_what_plain_python_makes_of_files_and_messages(
    finished: Finished, files: Files, messages: list[bytes], table: str
) -> None:
    found = finished.rows(f"select * from gold_logistics.{table}")
    if table == "fact_orders":
        expected = expected_star.fact_orders(files, messages)
        found = [row[:-1] for row in found]  # load_timestamp
    else:
        expected = getattr(expected_star, table)(files)
    assert len(found) == len(expected)
    assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"
