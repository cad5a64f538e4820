"""One DAG run from its start to its end, told line by line, and explained when it fails."""

import json
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass

from k8s.airflow_api import AirflowApi, AirflowApiError, TaskInstance
from k8s.errors import ClusterError
from k8s.kubectl import Kubectl

SECONDS_FOR_A_RUN = 900
_SECONDS_FOR_A_SCHEDULED_RUN = 10
_SECONDS_FOR_THE_DAG = 120
_SECONDS_BETWEEN_LOOKS = 1.0
_LOG_LINES_SHOWN = 8
_SHOWN_STATES = {"running", "success", "failed", "skipped", "up_for_retry", "upstream_failed"}


class RunFailedError(ClusterError):
    """A run did not succeed; the message has each failed task's reason and the `kubectl logs` command."""


@dataclass(frozen=True)
class DagRun:
    """A run, by the two names that Airflow's API wants."""

    dag_id: str
    run_id: str


def unpause(api: AirflowApi, dag_id: str) -> None:
    """Let the scheduler start runs of the DAG, as soon as Airflow knows it."""
    _until(lambda: api.is_known(dag_id), _SECONDS_FOR_THE_DAG, f"Airflow does not know the DAG {dag_id}")
    api.unpause(dag_id)


def start(api: AirflowApi, dag_id: str) -> DagRun:
    """Unpause the DAG and return the run that the schedule starts by that, or else one triggered now."""
    unpause(api, dag_id)
    deadline = time.monotonic() + _SECONDS_FOR_A_SCHEDULED_RUN
    while time.monotonic() < deadline:
        if unfinished := api.unfinished_runs(dag_id):
            return DagRun(dag_id, unfinished[0])
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return DagRun(dag_id, api.trigger(dag_id))


def follow(api: AirflowApi, kubectl: Kubectl, run: DagRun, say: Callable[[str], None]) -> None:
    """Say each task's change of state until the run ends.

    Raises RunFailedError when it fails or takes longer than SECONDS_FOR_A_RUN.
    """
    said: set[tuple[str, str | None, int]] = set()
    deadline = time.monotonic() + SECONDS_FOR_A_RUN
    while True:
        state = api.run_state(run.dag_id, run.run_id)
        instances = api.task_instances(run.dag_id, run.run_id)
        for instance in instances:
            change = (instance.label, instance.state, instance.try_number)
            if instance.state in _SHOWN_STATES and change not in said:
                said.add(change)
                say(_describe(instance))
        if state == "success":
            return
        if state == "failed" or time.monotonic() > deadline:
            raise RunFailedError(_explain(api, kubectl, run, instances, state))
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _describe(instance: TaskInstance) -> str:
    took = f" in {instance.duration:.1f} s" if instance.duration and instance.state != "running" else ""
    retry = f" (try {instance.try_number})" if instance.try_number > 1 else ""
    return f"  {instance.label}: {instance.state}{retry}{took}"


def _explain(api: AirflowApi, kubectl: Kubectl, run: DagRun, instances: list[TaskInstance], state: str) -> str:
    lines = [f"{run.dag_id} run {run.run_id}: {state}"]
    for instance in instances:
        if instance.state in {"failed", "up_for_retry"} or (state != "failed" and instance.state == "running"):
            lines += _explain_task(api, kubectl, run, instance)
    return "\n".join(lines)


def _explain_task(api: AirflowApi, kubectl: Kubectl, run: DagRun, instance: TaskInstance) -> list[str]:
    lines = [f"  {instance.label}: {instance.state}"]
    selector = f"dag_id={run.dag_id},task_id={instance.task_id}"
    if instance.map_index >= 0:
        selector += f",map_index={instance.map_index}"
    pods = json.loads(kubectl.output("get", "pods", "--selector", selector, "--output", "json"))["items"]
    for pod in pods:
        for container in pod["status"].get("containerStatuses", []):
            ended = container["state"].get("terminated")
            reason = (ended or container["state"].get("waiting") or {}).get("message", "").strip()
            lines.append(f"    {pod['metadata']['name']}: {reason or pod['status']['phase']}")
        lines.append("    " + shlex.join(kubectl.command("logs", pod["metadata"]["name"])))
    if not pods:
        lines += [f"    {line}" for line in _last_log_lines(api, run, instance)]
    return lines


def _last_log_lines(api: AirflowApi, run: DagRun, instance: TaskInstance) -> list[str]:
    try:
        return api.task_log(run.dag_id, run.run_id, instance)[-_LOG_LINES_SHOWN:]
    except AirflowApiError as error:
        return [f"its log cannot be read: {error}"]


def _until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RunFailedError(f"{otherwise} after {seconds:.0f} s: kubectl logs deploy/podflow-dag-processor")
        time.sleep(_SECONDS_BETWEEN_LOOKS)
