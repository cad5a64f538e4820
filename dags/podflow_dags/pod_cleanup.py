"""Removes pods of tasks that nobody needs any more: `python -m podflow_dags.pod_cleanup`, a CronJob of the chart.

A pod that ended is kept for a time, to be described and its log read. A pod that still runs although Airflow says that
its task instance is over is an orphan: its task process was lost, and no other try came to adopt it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from kubernetes import config
from kubernetes.client import CoreV1Api
from kubernetes.client import models as k8s

from podflow_dags.pod_api import PodApi
from podflow_dags.pod_claim import PREFIX
from podflow_dags.settings import AirflowAccess, TaskSettings, task_settings
from podflow_dags.task_instances import AirflowAwayError, TaskInstances

_ENDED = frozenset({"Succeeded", "Failed"})
_SECONDS_TO_SETTLE = 60
"""A task instance ends a moment before its pod is deleted: a younger pod is no orphan yet."""
_PODS_A_PAGE = 500
_SECONDS_A_REQUEST = 30


@dataclass(frozen=True)
class Removal:
    """A pod that may go, and why."""

    pod: k8s.V1Pod
    reason: str


def ended_at(pod: k8s.V1Pod) -> datetime:
    """Return when a pod ended, which is the last that is known of it."""
    states = [container.state for container in pod.status.container_statuses or []]
    ends = [state.terminated.finished_at for state in states if state and state.terminated]
    changes = [condition.last_transition_time for condition in pod.status.conditions or []]
    last: datetime = max(moment for moment in (*ends, *changes, pod.metadata.creation_timestamp) if moment)
    return last


def outdated(pods: list[k8s.V1Pod], now: datetime, kept_seconds: int) -> Iterator[Removal]:
    """Yield the pods that ended longer ago than they are kept."""
    for pod in pods:
        age = (now - ended_at(pod)).total_seconds()
        if pod.status.phase in _ENDED and age > kept_seconds:
            yield Removal(pod, f"ended {age:.0f} s ago")


def orphans(pods: list[k8s.V1Pod], now: datetime, task_instances: TaskInstances) -> Iterator[Removal]:
    """Yield the pods that run for a task instance which is over. Pods that name none stay until their deadline."""
    for pod in pods:
        names = pod.metadata.annotations or {}
        settled = (now - pod.metadata.creation_timestamp).total_seconds() > _SECONDS_TO_SETTLE
        asked = pod.status.phase not in _ENDED and settled and f"{PREFIX}/task-id" in names
        if asked and (state := task_instances.end_of(names)):
            yield Removal(pod, f"its task instance is {state}")


def clean_up(core: CoreV1Api, settings: TaskSettings, task_instances: TaskInstances) -> int:
    """Delete what may go and say so; return the exit code, 1 when Airflow could not be asked about running pods."""
    now = datetime.now(UTC)
    pods = [pod for pod in _task_pods(core, settings) if not pod.metadata.deletion_timestamp]
    api = PodApi(core, settings.namespace)
    deleted = [_delete(api, removal) for removal in outdated(pods, now, settings.failed_pods_kept_seconds)]
    code = 0
    try:
        deleted += [_delete(api, removal) for removal in orphans(pods, now, task_instances)]
    except AirflowAwayError as error:
        _say("airflow away", level="error", error=str(error), effect="pods without a living task were left alone")
        code = 1
    _say("cleaned up", pods=len(pods), deleted=sum(deleted))
    return code


def _task_pods(core: CoreV1Api, settings: TaskSettings) -> Iterator[k8s.V1Pod]:
    labels = {**settings.labels, "app.kubernetes.io/component": "task"}
    selector = ",".join(f"{name}={value}" for name, value in labels.items())
    page = {"label_selector": selector, "limit": _PODS_A_PAGE, "_continue": ""}
    while True:
        found = core.list_namespaced_pod(settings.namespace, **page)
        yield from found.items
        if not found.metadata._continue:
            return
        page["_continue"] = found.metadata._continue


def _delete(api: PodApi, removal: Removal) -> bool:
    # Not if it has changed: the next try may have adopted it since.
    deleted = api.delete(removal.pod, unchanged=True)
    _say("deleted" if deleted else "changed meanwhile", pod=removal.pod.metadata.name, reason=removal.reason)
    return deleted


def _say(event: str, *, level: str = "info", **fields: object) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(json.dumps({"at": at, "level": level, "event": event, **fields}), flush=True)


def main() -> int:
    """Clean up once, with the rights of the pod that this runs in."""
    config.load_incluster_config()
    access = AirflowAccess()
    with httpx.Client(base_url=access.podflow_airflow_url, timeout=_SECONDS_A_REQUEST) as client:
        return clean_up(CoreV1Api(), task_settings(), TaskInstances(client, access))


if __name__ == "__main__":
    sys.exit(main())
