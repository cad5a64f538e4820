"""DAGs of one pod each, whose program comes with the run. tests/faults publishes and starts them."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG

from podflow_dags.pod_task import PodTask


def one_pod(name: str, retries: int = 0, preset: str = "small") -> PodTask:
    """Declare the DAG faults__<name>; its pod gets the run's program, its run_id, and how to behave."""
    defaults: dict[str, Any] = {"retries": retries, "retry_delay": timedelta(seconds=5)}
    with DAG(
        dag_id=f"faults__{name}",
        schedule=None,
        catchup=False,
        is_paused_upon_creation=False,
        default_args=defaults,
        tags=["faults"],
    ):
        return PodTask(
            task_id="pod",
            image="ingest",
            preset=preset,
            cmds=["python", "-c"],
            args=["{{ dag_run.conf['program'] }}", "{{ run_id }}", "{{ dag_run.conf['behaviour'] }}"],
        )


once = one_pod("once").dag
retried = one_pod("retried", retries=1).dag
unschedulable = one_pod("unschedulable", preset="nowhere").dag
deadline = one_pod("deadline", preset="brief").dag
_unpullable = one_pod("unpullable")
# The top level domain that never exists (RFC 2606).
_unpullable.image = "registry.invalid/podflow/missing:0"
unpullable = _unpullable.dag
