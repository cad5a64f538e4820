"""### Retail: a day

Brings what the chain's API answers for one day to `bronze_retail`: all customers and all products as they were at its
end, and its sales. `{{ ds }}` is that day, in landing's partitions and in what the API is asked.

| step | pod | what it does |
|---|---|---|
| transform | ingest | keeps all pages of the day in landing, and types their records; what does not fit is set aside |
| load | ingest, one pod a chunk | writes what is new or changed |

Sales come after the customers and products of their day, and start `retail_star`. Days do not know of each other: they
may come late, again, or many at once, by `airflow backfill create`. Declared in `dags/catalog/retail.yml`.
"""

from airflow.sdk import DAG

from podflow_dags import ingestion
from podflow_dags.defaults import DATA_DATE, default_args

with DAG(
    dag_id="retail__daily",
    doc_md=__doc__,
    schedule="@daily",
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    tags=["retail", "ingest"],
):
    customers, products, sales = (
        ingestion.group("retail", dataset, date=DATA_DATE, first="transform")
        for dataset in ("customers", "products", "fact_sales")
    )
    [customers, products] >> sales
