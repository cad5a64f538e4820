"""What `make demo` says of pipelines, and the whole dbt project at once; by name after the tests of each pipeline."""

import json
import subprocess
import time

import psycopg
import pytest

from k8s import pipelines
from k8s.airflow_api import AirflowApi
from k8s.demo_account import account
from k8s.image_builds import ensure
from k8s.kubectl import Kubectl
from k8s.progress import Progress
from tests.e2e.conftest import PLACES

MOST_SECONDS = 120
"""The goal is 60 on a quiet machine (56 measured); here the rest of the platform is at work beside it."""


def gold_rows(warehouse: psycopg.Connection, source: str) -> int:
    """Count the rows of a source's gold tables, one after the other; 0 where it has none."""
    tables = warehouse.execute("select tablename from pg_tables where schemaname = %s", [f"gold_{source}"]).fetchall()
    total = 0
    for (table,) in tables:
        (rows,) = warehouse.execute(f'select count(*) from gold_{source}."{table}"'.encode()).fetchone() or (0,)
        total += int(rows)
    return total


@pytest.mark.timeout(900)
def test_the_demo_follows_a_pipeline_and_accounts_for_its_rows(
    airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection
) -> None:
    forex = pipelines.SHIPPED[0]
    said: list[str] = []
    began = time.monotonic()
    (run,) = pipelines.run(airflow, kubectl, forex, said.append)
    took = time.monotonic() - began
    told = account(airflow, kubectl, forex.source, [run])
    counts = (
        "select sum(read)::bigint, sum(inserted)::bigint, sum(updated)::bigint, sum(rejected)::bigint from ops.load"
    )
    counted = warehouse.execute(
        f"{counts} where (dag_id, run_id) = (%s, %s)".encode(), [run.dag_id, run.run_id]
    ).fetchone()
    assert (told.read, told.inserted, told.changed, told.rejected) == counted
    assert told.read >= 10_000
    # extract, a load for each of four or five chunks, silver, gold
    assert told.pods in {7, 8}
    assert told.gold == gold_rows(warehouse, "forex") > 0
    assert 0 < told.seconds <= took
    assert [line for line in said if line.startswith("  gold: success")]


@pytest.mark.timeout(2400)
def test_the_whole_project_is_built_in_a_minute_or_two(
    airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection
) -> None:
    for pipeline in pipelines.SHIPPED:
        # Already there, unless this test is run alone.
        if not gold_rows(warehouse, pipeline.source):
            pipelines.run(airflow, kubectl, pipeline, print)
    with Progress() as progress:
        image = ensure(["dbt"], progress)["dbt"]
    password = kubectl.secret("podflow-warehouse-dbt", "WAREHOUSE_PASSWORD")
    where = {"HOST": "127.0.0.1", "PORT": str(PLACES.postgres_port), "USER": "dbt", "PASSWORD": password}
    options = [f"--env=WAREHOUSE_{name}={value}" for name, value in where.items()]
    select = " ".join(pipeline.source for pipeline in pipelines.SHIPPED)
    command = ["docker", "run", "--rm", "--network=host", *options, image, "build", "--select", select]
    began = time.monotonic()
    ended = subprocess.run([*command, "--target", "pro"], capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    last = json.loads(ended.stdout.splitlines()[-1])
    print(f"dbt build of everything: {took:.1f} s, {last}")
    assert ended.returncode == 0, last
    assert took < MOST_SECONDS
