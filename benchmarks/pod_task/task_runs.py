"""DAG runs of the benchmark: started, awaited without asking Airflow all the time, and read when they are over."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.pod_task.errors import BenchmarkError
from benchmarks.pod_task.pod_times import Owner, PodTimes
from benchmarks.pod_task.watch import PodWatch
from k8s.airflow_api import AirflowApi

_SECONDS_FOR_A_RUN = 600
_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Task:
    """A task instance that succeeded, and its pod; moments in seconds since the epoch."""

    queued: float
    started: float
    ended: float
    pod: PodTimes


@dataclass(frozen=True)
class Run:
    """A DAG run that succeeded: when it began, and its tasks in the order in which they started."""

    started: float
    tasks: list[Task]


class BenchmarkApi(AirflowApi):
    """What the benchmark asks of Airflow beyond what anybody does."""

    def version(self) -> str:
        """Return Airflow's version."""
        return str(self._request("GET", "/api/v2/version")["version"])

    def trigger_as(self, dag_id: str, run_id: str) -> None:
        """Start a run under a name of one's own."""
        self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None})

    def run_details(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return the run as Airflow has it."""
        details: dict[str, Any] = self._request("GET", self._run_path(dag_id, run_id))
        return details

    def instance_details(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the run's task instances as Airflow has them, in the order in which they started."""
        path = f"{self._run_path(dag_id, run_id)}/taskInstances?limit=500&order_by=start_date"
        return list(self._request("GET", path)["task_instances"])


def await_dag(api: AirflowApi, dag_id: str, seconds: float = 120) -> None:
    """Wait until Airflow knows the DAG, which takes a moment after it was published."""
    deadline = time.monotonic() + seconds
    while not api.is_known(dag_id):
        if time.monotonic() > deadline:
            raise BenchmarkError(
                f"Airflow does not know {dag_id}: run without --as-deployed, or look at its import errors"
            )
        time.sleep(1)


class TaskRuns:
    """Runs DAGs and brings together what Airflow and the watch know about each task."""

    def __init__(self, api: BenchmarkApi, watch: PodWatch) -> None:
        self._api = api
        self._watch = watch

    def execute(self, dag_id: str, run_id: str, pods: int = 0) -> Run:
        """Run a DAG that starts this many pods and return its times.

        Airflow is only asked once the pods have ended: questions cost it the CPU time that is measured.

        Raises:
            BenchmarkError: the run failed or takes longer than ten minutes.
        """
        self._api.trigger_as(dag_id, run_id)
        deadline = time.monotonic() + _SECONDS_FOR_A_RUN
        self._watch.wait(lambda known: _ended_pods(known, run_id) >= pods, _SECONDS_FOR_A_RUN)
        while (run := self._api.run_details(dag_id, run_id))["state"] != "success":
            if run["state"] == "failed" or time.monotonic() > deadline:
                raise BenchmarkError(f"run {run_id} of {dag_id} is {run['state']}: look at its task logs in Airflow")
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        by_owner = {times.owner: times for times in self._watch.pods().values()}
        instances = self._api.instance_details(dag_id, run_id)
        return Run(_moment(run["start_date"]), [_task(instance, by_owner) for instance in instances])


def _ended_pods(known: dict[str, PodTimes], run_id: str) -> int:
    return sum(times.owner.run_id == run_id and times.finished is not None for times in known.values())


def _task(instance: dict[str, Any], pods: dict[Owner, PodTimes]) -> Task:
    owner = Owner(instance["dag_run_id"], instance["task_id"], instance["map_index"])
    if instance["try_number"] != 1:
        raise BenchmarkError(f"{owner} was tried {instance['try_number']} times: is the machine too busy to measure?")
    if owner not in pods:
        raise BenchmarkError(f"the pod of {owner} was never seen: is its run_id still in the pod's labels?")
    return Task(
        queued=_moment(instance["queued_when"]),
        started=_moment(instance["start_date"]),
        ended=_moment(instance["end_date"]),
        pod=pods[owner],
    )


def _moment(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()
