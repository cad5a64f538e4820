"""### Retail: the star

Brings what is new in `bronze_retail` to the star schema, layer by layer. Each layer's checks end its pod: if one fails,
the layers behind it stay as they are, and the log tells which check, how many rows, some of them, and how to see all.

| step | pod | what it does |
|---|---|---|
| bronze | dbt | checks what landed: keys, values, days that shrink, lines in quarantine |
| silver | dbt | customers' versions (SCD2), products as they are now (SCD1), each sale once |
| gold | dbt | `dim_customer`, `dim_product`, `dim_date`, `fact_sales`, `fact_sales_aggregate` |

Starts when a day's sales are in bronze, its customers and products before them. One run at a time takes all days that
have come until then, so a backfill of thirty days needs a few runs. The tables are described in `dbt/models/retail`.
"""

from airflow.sdk import DAG

from podflow_dags import assets
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args

with DAG(
    dag_id="retail_star",
    doc_md=__doc__,
    schedule=[assets.bronze("retail", "fact_sales")],
    catchup=False,
    # Two builds at once would write the same tables.
    max_active_runs=1,
    # Nothing starts it but days that have come, and paused it would leave them in bronze.
    is_paused_upon_creation=False,
    default_args=default_args(),
    tags=["retail", "dbt"],
):
    bronze = dbt_build("retail.bronze", task_id="bronze")
    silver = dbt_build("retail.silver", task_id="silver", **assets.to_silver("retail"))
    gold = dbt_build("retail.gold", task_id="gold", **assets.to_gold("retail"))
    bronze >> silver >> gold
