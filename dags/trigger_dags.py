"""### Logistics from orders to gold

Runs the four DAGs of the shop one after the other, each as a run of the same name as this one, and fails as soon as one
of them fails: its failed tasks have retried by then. Clear the failed task here, and that run goes on as a new attempt
with the same day, so nothing is doubled.

| step | DAG |
|---|---|
| orders of the day before | `produce_messages` |
| files and orders to bronze | `bronze_layer` |
| bronze to silver | `silver_layer` |
| freshness, silver to gold, documentation | `dbt_pipeline` |

`orders` in the run's configuration says how many orders are made up.
"""

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param, chain

from podflow_dags.defaults import default_args

ORDERS = {"orders": "{{ params.orders }}", "day": "{{ macros.ds_add(dag_run.run_after | ds, -1) }}"}
STEPS = ("produce_messages", "bronze_layer", "silver_layer", "dbt_pipeline")

with DAG(
    dag_id="trigger_dags",
    doc_md=__doc__,
    schedule="@daily",
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    params={"orders": Param(5_000, type="integer", minimum=2, description="Orders of the day.")},
    render_template_as_native_obj=True,
    tags=["logistics"],
):
    chain(
        *(
            TriggerDagRunOperator(
                task_id=dag_id,
                trigger_dag_id=dag_id,
                trigger_run_id="{{ run_id }}",
                conf=ORDERS if dag_id == "produce_messages" else {},
                logical_date=None,
                reset_dag_run=True,
                wait_for_completion=True,
                poke_interval=2,
                # What is worth repeating, the run's own tasks repeat.
                retries=0,
            )
            for dag_id in STEPS
        )
    )
