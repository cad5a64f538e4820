"""### Logistics: silver

One dbt pod cleans what bronze has of the shop: codes become words, digits dates, wrong amounts right ones, and each
customer, product and order is there once. Only new and changed rows of sales and orders are touched.

The tables are described in `dbt/models/logistics/silver`. Started by `trigger_dags`.
"""

from airflow.sdk import DAG

from podflow_dags import assets
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args

with DAG(
    dag_id="silver_layer",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=default_args(),
    tags=["logistics", "dbt"],
):
    dbt_build("logistics.bronze logistics.silver", task_id="build", **assets.to_silver("logistics"))
