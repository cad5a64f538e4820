"""### Olist: a market place's database

Copies the nine tables of the market place's database to the warehouse, side by side, and models them. It runs once by
itself; trigger it to copy them again: what is new or changed is merged, what vanished is marked.

| step | pod | what it does |
|---|---|---|
| *table*.extract | ingest | copies the table to landing |
| *table*.load | ingest, one pod a chunk | merges it into `bronze_olist`, bad lines go to `ops.quarantine` |
| silver | dbt | normalises to tables with keys (`transform`), views on them (`staging`, `intermediate`) |
| gold | dbt | orders, sales by category, delivery times and orders by state |

The pool `source_databases` says how many pods copy at once. A table that fails says so in its log, and the others go
on; clear it when the cause is gone, and the models are built. The tables are declared in `dags/catalog/olist.yml`, the
models described in `dbt/models/olist/`.
"""

from airflow.sdk import DAG

from podflow_dags import assets, ingestion
from podflow_dags.catalogue import datasets
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args
from podflow_dags.failures import tell_table

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
    tables = [
        ingestion.group("olist", table, pool="source_databases", on_failure_callback=tell_table("olist", table))
        for table in datasets("olist")
    ]
    tables >> silver >> gold
