"""### Smoke test

One pod that logs in to the warehouse with dbt's role. Started by `helm test`, never by a schedule: when it succeeds,
Airflow can launch pods, pods get their secrets, and results come back.
"""

from airflow.sdk import DAG

from podflow_dags.defaults import default_args
from podflow_dags.pod_task import PodTask

with DAG(
    dag_id="podflow__smoke",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=default_args(),
    tags=["podflow"],
):
    PodTask(task_id="connect", image="dbt", args=["debug", "--target", "pro"])
