"""The forex pipeline on a real cluster, delivery after delivery, against gold computed by plain Python.

One story in the order of the tests: each starts from what the one before left in the warehouse.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import obstore
import psycopg
import pytest
from obstore.store import S3Store

from k8s.airflow_api import AirflowApi, TaskInstance
from k8s.dag_runs import DagRun, RunFailedError, follow
from k8s.kubectl import Kubectl
from podflow_sources.forex.deliveries import FILE_NAME, delivery, shipped
from podflow_sources.forex.files import Damage, csv_records
from tests.e2e import expected_gold

FOREX = "forex__customer_transactions__hourly"
FILE = f"forex/{FILE_NAME}"
GOLD = ("daily_pair_volume", "daily_currency_exposure", "customer_turnover")
COUNTS = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")


@dataclass(frozen=True)
class Pipeline:
    """The desk's bucket, the DAG, and the warehouse that it fills."""

    source_files: S3Store
    airflow: AirflowApi
    kubectl: Kubectl
    warehouse: psycopg.Connection

    def run_on(self, file: bytes) -> DagRun:
        """Deliver a file and run the DAG on it to its end."""
        obstore.put(self.source_files, FILE, file)
        return self.run()

    def run(self) -> DagRun:
        run = DagRun(FOREX, self.airflow.trigger(FOREX))
        follow(self.airflow, self.kubectl, run, print)
        return run

    def counts(self, run: DagRun) -> dict[str, int]:
        """What the run's loads did, by the ledger."""
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in COUNTS)
        key = (run.dag_id, run.run_id)
        row = self.warehouse.execute(f"select {sums} from ops.load where (dag_id, run_id) = (%s, %s)", key).fetchone()
        assert row is not None
        return dict(zip(COUNTS, row, strict=True))

    def gold(self, table: str) -> set[tuple[object, ...]]:
        return set(self.warehouse.execute(f"select * from gold_forex.{table}").fetchall())

    def tasks(self, run: DagRun, task_id: str) -> list[TaskInstance]:
        return [task for task in self.airflow.task_instances(run.dag_id, run.run_id) if task.task_id == task_id]


@pytest.fixture(scope="module")
def pipeline(
    airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection, source_files: S3Store
) -> Iterator[Pipeline]:
    """The pipeline, unpaused; its hourly run of the shipped file may come between, and changes nothing."""
    deadline = time.monotonic() + 120
    while not airflow.is_known(FOREX):
        assert time.monotonic() < deadline, "the DAG processor has not brought the DAG in"
        time.sleep(1)
    yield Pipeline(source_files, airflow, kubectl, warehouse)
    obstore.put(source_files, FILE, shipped())


def gold_matches(pipeline: Pipeline, file: bytes) -> None:
    """Compare each gold table, row by row, with what plain Python makes of the file."""
    trades = expected_gold.trades(file)
    for table in GOLD:
        compute: Callable[..., set[expected_gold.Row]] = getattr(expected_gold, table)
        actual, expected = pipeline.gold(table), compute(trades)
        assert actual == expected, f"{table}: extra {sorted(actual - expected, key=str)[:3]}"
        assert actual, f"{table} is empty"


def all_of(number: int, damage: Damage | None = None) -> bytes:
    return "".join(csv_records(delivery(number).transactions, damage)).encode()


@pytest.mark.timeout(900)
def test_first_load_brings_every_row_of_the_delivered_file_to_gold(pipeline: Pipeline) -> None:
    pipeline.airflow.unpause(FOREX)
    run = pipeline.run()
    everything = pipeline.warehouse.execute("select sum(inserted)::bigint, sum(rejected)::bigint from ops.load")
    assert everything.fetchone() == (10_000, 0)
    assert len(pipeline.tasks(run, "load")) == 4
    gold_matches(pipeline, shipped())
    tasks = pipeline.airflow.task_instances(run.dag_id, run.run_id)
    pods = {pipeline.airflow.xcom(run.dag_id, run.run_id, task, "pod_name") for task in tasks}
    assert len(pods) == len(tasks) == 7, "a task shared its pod with another"


@pytest.mark.timeout(600)
def test_running_again_on_the_same_file_changes_nothing(pipeline: Pipeline) -> None:
    before = pipeline.warehouse.execute("select max(load_timestamp) from bronze_forex.customer_transactions").fetchone()
    counts = pipeline.counts(pipeline.run())
    assert counts == {**dict.fromkeys(COUNTS, 0), "read": 10_000, "unchanged": 10_000}
    after = pipeline.warehouse.execute("select max(load_timestamp) from bronze_forex.customer_transactions").fetchone()
    assert before == after


@pytest.mark.timeout(600)
def test_second_delivery_writes_only_what_changed_and_what_is_new(pipeline: Pipeline) -> None:
    second = delivery(2)
    counts = pipeline.counts(pipeline.run_on(all_of(2)))
    unchanged = len(second.transactions) - second.changed - second.new
    assert counts == {
        "read": len(second.transactions),
        "inserted": second.new,
        "updated": second.changed,
        "unchanged": unchanged,
        "duplicate": 0,
        "rejected": 0,
    }
    gold_matches(pipeline, all_of(2))


@pytest.mark.timeout(600)
def test_bad_lines_end_in_quarantine_and_the_rest_is_loaded(pipeline: Pipeline) -> None:
    third = delivery(3)
    last = len(third.transactions) - 1
    run = pipeline.run_on(all_of(3, Damage(None, unparsable=last - 7, overlong=last - 3)))
    counts = pipeline.counts(run)
    assert (counts["read"], counts["rejected"]) == (len(third.transactions), 2)
    quarantined = pipeline.warehouse.execute(
        "select quarantine.raw, quarantine.reason from ops.quarantine join ops.load using (load_id)"
        " where (dag_id, run_id) = (%s, %s) order by line",
        [run.dag_id, run.run_id],
    ).fetchall()
    spoilt = [third.transactions[last - 7].transaction_id, third.transactions[last - 3].transaction_id]
    assert [raw.split(",")[0] for raw, _ in quarantined] == spoilt
    kept = [trade for trade in third.transactions if trade.transaction_id not in spoilt]
    gold_matches(pipeline, "".join(csv_records(kept)).encode())


@pytest.mark.timeout(600)
def test_missing_column_fails_by_name_and_loads_nothing(pipeline: Pipeline) -> None:
    before = pipeline.warehouse.execute("select count(*) from ops.load").fetchone()
    with pytest.raises(RunFailedError) as failure:
        pipeline.run_on(all_of(4, Damage("rate")))
    assert FILE_NAME in str(failure.value)
    assert "rate" in str(failure.value)
    assert "logs" in str(failure.value)
    assert pipeline.warehouse.execute("select count(*) from ops.load").fetchone() == before
