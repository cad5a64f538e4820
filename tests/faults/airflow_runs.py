"""The part of Airflow's REST API that the fault suite needs, patient with an api-server that is being replaced."""

import json
import time
import urllib.error
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from k8s.airflow_api import AirflowApi, AirflowApiError

TASK = "pod"
ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}
_SECONDS_AWAY = 120


@dataclass(frozen=True)
class Instance:
    """The task instance of a run, as Airflow tells it now."""

    state: str | None
    try_number: int
    pid: int | None
    note: str | None


class AirflowRuns(AirflowApi):
    """Runs of the fault DAGs; each has one task."""

    def is_current(self, dag_id: str) -> bool:
        """Whether the DAG is in a bundle of this release; Airflow also remembers those that are not any more."""
        return self.is_known(dag_id) and not self._request("GET", f"/api/v2/dags/{dag_id}")["is_stale"]

    def start(self, dag_id: str, run_id: str, conf: dict[str, str]) -> None:
        """Start a run."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)

    def instance(self, dag_id: str, run_id: str) -> Instance:
        """Look the run's task instance up."""
        found = self._request("GET", self._instance_path(dag_id, run_id))
        return Instance(found["state"], found["try_number"], found["pid"], found["note"])

    def mark_failed(self, dag_id: str, run_id: str) -> None:
        """What the UI's button "Mark as failed" does to the task instance."""
        self._request("PATCH", self._instance_path(dag_id, run_id), {"new_state": "failed"})

    def returned(self, dag_id: str, run_id: str) -> Any:
        """What the task returned, None if nothing."""
        try:
            path = f"{self._instance_path(dag_id, run_id)}/xcomEntries/return_value?deserialize=true"
            return self._request("GET", path)["value"]
        except AirflowApiError as error:
            if _status(error) == HTTPStatus.NOT_FOUND:
                return None
            raise

    def log(self, dag_id: str, run_id: str, try_number: int) -> str:
        """The log of a try, each exception with its whole message."""
        path = f"{self._instance_path(dag_id, run_id)}/logs/{try_number}?full_content=true"
        content = self._request("GET", path)["content"]
        return "\n".join(line for entry in content for line in _lines(entry))

    def _instance_path(self, dag_id: str, run_id: str) -> str:
        return f"{self._run_path(dag_id, run_id)}/taskInstances/{TASK}"

    def _request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        deadline = time.monotonic() + _SECONDS_AWAY
        while True:
            try:
                return super()._request(method, path, body)
            except (AirflowApiError, json.JSONDecodeError) as error:
                refused = _status(error)
                if (refused and refused < HTTPStatus.INTERNAL_SERVER_ERROR) or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


def _status(error: Exception) -> int | None:
    cause = error.__cause__
    return cause.code if isinstance(cause, urllib.error.HTTPError) else None


def _lines(entry: Any) -> list[str]:
    if not isinstance(entry, dict):
        return [str(entry)]
    details = [f"{each['exc_type']}: {each['exc_value']}" for each in entry.get("error_detail") or []]
    return [entry["event"], *details]
