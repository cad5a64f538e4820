"""The part of Airflow's REST API that the fault suite needs, patient with an api-server that is being replaced."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from k8s.airflow_api import AirflowApi, AirflowApiError, status_of

TASK = "pod"
ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}


@dataclass(frozen=True)
class Instance:
    """The task instance of a run, as Airflow tells it now."""

    state: str | None
    try_number: int
    pid: int | None
    note: str | None


class AirflowRuns(AirflowApi):
    """Runs of the fault DAGs; each has one task."""

    seconds_away = 120.0
    # A run has the name that the test gives it: a second POST of one that is there is refused.
    repeated = AirflowApi.repeated | {"POST"}

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
            if status_of(error) == HTTPStatus.NOT_FOUND:
                return None
            raise

    def log(self, dag_id: str, run_id: str, try_number: int) -> str:
        """The log of a try, each exception with its whole message."""
        path = f"{self._instance_path(dag_id, run_id)}/logs/{try_number}?full_content=true"
        content = self._request("GET", path)["content"]
        return "\n".join(line for entry in content for line in _lines(entry))

    def _instance_path(self, dag_id: str, run_id: str) -> str:
        return f"{self._run_path(dag_id, run_id)}/taskInstances/{TASK}"


def _lines(entry: Any) -> list[str]:
    if not isinstance(entry, dict):
        return [str(entry)]
    details = [f"{each['exc_type']}: {each['exc_value']}" for each in entry.get("error_detail") or []]
    return [entry["event"], *details]
