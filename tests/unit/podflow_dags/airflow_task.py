"""A task as Airflow runs it, without Airflow's own servers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from airflow.sdk import DAG

from podflow_dags.pod_task import PodTask

RUN_ID = "scheduled__2026-11-20T12:00:00+00:00"


def make_task(**arguments: Any) -> PodTask:
    with DAG("books__hourly", schedule=None):
        return PodTask(task_id="load", **{"args": ["load", "chunk-1"], **arguments})


@dataclass
class Try:
    """One try of a task instance: its context, and the XComs that it pushed."""

    task: PodTask
    number: int = 1
    context: Mapping[str, Any] = field(default_factory=dict)
    pushed: dict[str, Any] = field(default_factory=dict)

    def push(self, key: str, value: Any) -> None:
        self.pushed[key] = value

    def execute(self) -> Any:
        instance = SimpleNamespace(
            dag_id="books__hourly",
            task_id="load",
            run_id=RUN_ID,
            map_index=3,
            try_number=self.number,
            xcom_push=self.push,
        )
        context: Any = {"ti": instance, "task": self.task, "dag": self.task.dag, "run_id": RUN_ID, **self.context}
        self.task.render_template_fields(context)
        return self.task.execute(context)


def run(task: PodTask) -> Any:
    """Return what the task's first try returns."""
    return Try(task).execute()
