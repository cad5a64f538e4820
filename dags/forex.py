"""### Forex: customer transactions

Brings the desk's book of currency trades from a CSV file to gold tables, once an hour.

| step | pod | what it does |
|---|---|---|
| extract | ingest | divides the source file into chunks in landing; checks its header first |
| load | ingest, one pod a chunk | merges changed rows into `bronze_forex`, bad lines go to `ops.quarantine` |
| silver | dbt | cleans and tests what is new in bronze |
| gold | dbt | builds volume by pair, exposure by currency, turnover by customer |

Running it again with the same file changes nothing. The dataset is declared in `dags/catalog/forex.yml`,
the tables in `dbt/models/forex/`.
"""

from airflow.sdk import DAG

from podflow_dags import assets, ingestion
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args

with DAG(
    dag_id="forex__customer_transactions__hourly",
    doc_md=__doc__,
    schedule="@hourly",
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    tags=["forex", "ingest", "dbt"],
):
    load = ingestion.bring("forex", "customer_transactions")
    silver = dbt_build("forex.bronze forex.silver", task_id="silver", **assets.to_silver("forex"))
    gold = dbt_build("forex.gold", task_id="gold", **assets.to_gold("forex"))
    load >> silver >> gold
