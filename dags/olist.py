"""### Olist: a market place's database

Copies nine tables to the warehouse, side by side, and models them. It runs once; trigger it to copy them again.

| step | pod | what it does |
|---|---|---|
| *table*.extract | ingest | copies the table to landing |
| *table*.load | ingest, one pod a chunk | merges it into `bronze_olist`, bad lines go to `ops.quarantine` |
| silver | dbt | normalises to tables with keys (`transform`), views on them (`staging`, `intermediate`) |
| gold | dbt | orders, sales by category, delivery times and orders by state |

The pool `source_databases` says how many pods copy at once. A table that fails says so in its log, and the others go
on; clear it when the cause is gone. The tables are declared in `dags/catalog/olist.yml`.
"""

from airflow.sdk import DAG, TaskGroup

from podflow_dags import assets
from podflow_dags.catalogue import datasets, declaration
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import RUN_DATE, default_args
from podflow_dags.failures import tell_table
from podflow_dags.pod_task import PodTask


def bring(table: str) -> TaskGroup:
    """Make the tasks that bring one table to bronze."""
    declared = declaration("olist", table)
    tell = tell_table("olist", table)
    with TaskGroup(table) as group:
        extract = PodTask(
            task_id="extract",
            args=["extract", declared, "--date", RUN_DATE],
            returns="chunks",
            pool="source_databases",
            on_failure_callback=tell,
            **assets.to_landing("olist", table),
        )
        PodTask.partial(
            task_id="load",
            map_index_template="{{ task.arguments[-1].split('/')[-1] }}",
            pool="source_databases",
            on_failure_callback=tell,
            **assets.to_bronze("olist", table),
        ).expand(args=extract.output.map(lambda chunk: ["load", declared, chunk]))
    return group


with DAG(
    dag_id="olist__tables__once",
    doc_md=__doc__,
    schedule="@once",
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    tags=["olist", "ingest", "dbt"],
):
    silver = dbt_build("olist.bronze olist.silver", task_id="silver", **assets.to_silver("olist"))
    gold = dbt_build("olist.gold", task_id="gold", **assets.to_gold("olist"))
    [bring(table) for table in datasets("olist")] >> silver >> gold
