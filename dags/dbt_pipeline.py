"""### Logistics: gold

Asks first whether the shop's sources are fresh: orders that stopped coming for a day are a warning, for two days an
error. Then one dbt pod builds and tests the star, `dim_customers`, `dim_products` and `fact_orders`, and renews the
documentation of the whole project.

The tables are described in `dbt/models/logistics/gold`. Started by `trigger_dags`.
"""

from airflow.sdk import DAG

from podflow_dags import assets
from podflow_dags.dbt_build import dbt_build
from podflow_dags.defaults import default_args
from podflow_dags.pod_task import PodTask

with DAG(
    dag_id="dbt_pipeline",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=default_args(),
    tags=["logistics", "dbt"],
):
    freshness = PodTask(
        task_id="freshness",
        image="dbt",
        args=["freshness", "--select", "source:logistics", "--target", "pro"],
        preset="medium",
    )
    freshness >> dbt_build("logistics.gold", task_id="build", **assets.to_gold("logistics"))
