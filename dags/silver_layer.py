"""### Logistics: silver

One dbt pod cleans what bronze has of the shop: codes become words, digits dates, wrong amounts right ones, and each
customer, product and order is there once. Only new and changed rows of sales and orders are touched.

The tables are described in `dbt/models/logistics/silver`. Started by `trigger_dags`.
"""

from airflow.sdk import DAG

from podflow_dags import assets
from podflow_dags.defaults import default_args
from podflow_dags.pod_task import PodTask

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
    PodTask(
        task_id="build",
        image="dbt",
        args=["build", "--select", "logistics.bronze logistics.silver", "--target", "pro"],
        preset="medium",
        outlets=[assets.silver("logistics")],
    )
