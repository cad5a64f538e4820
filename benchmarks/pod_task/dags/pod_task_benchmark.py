"""Pods that do nothing, in a chain and side by side: by KubernetesPodOperator as it comes, and by PodTask.

Started by `python -m benchmarks.pod_task`, never by a schedule.
"""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, chain

from podflow_dags.pod_spec import restricted_container, restricted_pod
from podflow_dags.pod_task import PodTask
from podflow_dags.settings import task_settings

# One more than is measured: nothing comes before the first.
CHAIN = 6
FAN_OUT = 16
NOTHING = ["-c", "pass"]
_SETTINGS = task_settings()

POD_TASK: dict[str, Any] = {"cmds": ["python"]}
# Defaults, but for what a namespace with Pod Security `restricted` asks.
STOCK: dict[str, Any] = {
    "cmds": ["python"],
    "image": _SETTINGS.images["ingest"],
    "namespace": _SETTINGS.namespace,
    "security_context": restricted_pod(),
    "container_security_context": restricted_container(),
}
# The number only tells one mapped task from the next; Python leaves it alone.
EACH = [[*NOTHING, str(number)] for number in range(FAN_OUT)]


def dag(dag_id: str) -> DAG:
    """Return an empty DAG that runs when it is told to, each task once."""
    return DAG(
        dag_id=dag_id,
        doc_md=__doc__,
        schedule=None,
        catchup=False,
        is_paused_upon_creation=False,
        default_args={"retries": 0},
        tags=["benchmark"],
    )


with dag("benchmark__pod_task__chain"):
    chain(*[PodTask(task_id=f"pod_{number}", args=NOTHING, **POD_TASK) for number in range(CHAIN)])

with dag("benchmark__pod_task__fan_out"):
    PodTask.partial(task_id="pod", **POD_TASK).expand(args=EACH)

with dag("benchmark__stock__chain"):
    chain(*[KubernetesPodOperator(task_id=f"pod_{number}", arguments=NOTHING, **STOCK) for number in range(CHAIN)])

with dag("benchmark__stock__fan_out"):
    KubernetesPodOperator.partial(task_id="pod", **STOCK).expand(arguments=EACH)
