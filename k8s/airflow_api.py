"""A small client of Airflow's REST API v2, enough to start a DAG run and follow it."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from k8s.errors import ClusterError

SECONDS_PER_REQUEST = 30
_SECONDS_BETWEEN_TRIES = 0.5


class AirflowApiError(ClusterError):
    """Airflow refused a request or could not be reached; the message says which and why."""


class AirflowAwayError(AirflowApiError):
    """Nobody answered, not to the end, or only that something is wrong there."""


@dataclass(frozen=True)
class Run:
    """A DAG run with the times of its beginning and end, as Airflow writes them; empty while there is none."""

    dag_id: str
    run_id: str
    began: str
    ended: str


@dataclass(frozen=True)
class TaskInstance:
    """One try of one task of a run, as far as a follower needs it."""

    task_id: str
    map_index: int
    state: str | None
    try_number: int
    duration: float | None
    operator: str

    @property
    def label(self) -> str:
        """The task's name with its map index, as Airflow's own pages write it."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


class AirflowApi:
    """Requests to one Airflow, authenticated by a token that its user's password buys."""

    seconds_away = 60.0
    """How long a request is repeated: a busy machine drops connections to its cluster for some seconds."""
    repeated = frozenset({"GET", "PATCH"})
    """A second POST would start a second run."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        self._token = ""
        answer = self._request("POST", "/auth/token", {"username": username, "password": password})
        self._token = answer["access_token"]

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler start runs of the DAG."""
        self._request("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})

    def is_known(self, dag_id: str) -> bool:
        """Whether the DAG processor has brought this DAG in yet."""
        try:
            self._request("GET", f"/api/v2/dags/{dag_id}")
        except AirflowApiError as error:
            if status_of(error) == HTTPStatus.NOT_FOUND:
                return False
            raise
        return True

    def trigger(self, dag_id: str, run_after: datetime | None = None) -> str:
        """Start a run now, or as one that was due at an earlier time, and return its run_id."""
        asked = {"logical_date": None, **({"run_after": run_after.isoformat()} if run_after else {})}
        run: dict[str, str] = self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", asked)
        return run["dag_run_id"]

    def unfinished_runs(self, dag_id: str) -> list[str]:
        """The run_ids that are queued or running, oldest first."""
        query = urllib.parse.urlencode({"order_by": "run_after", "state": ["queued", "running"]}, doseq=True)
        runs = self._request("GET", f"/api/v2/dags/{dag_id}/dagRuns?{query}")["dag_runs"]
        return [run["dag_run_id"] for run in runs]

    def run_state(self, dag_id: str, run_id: str) -> str:
        """queued, running, success or failed."""
        state: str = self._request("GET", f"{self._run_path(dag_id, run_id)}")["state"]
        return state

    def run(self, dag_id: str, run_id: str) -> Run:
        """Return the run with its times."""
        return _run(self._request("GET", self._run_path(dag_id, run_id)))

    def runs_begun_since(self, dag_id: str, moment: str) -> list[Run]:
        """Return the DAG's runs that began at this time or later, oldest first."""
        query = urllib.parse.urlencode({"order_by": "start_date", "start_date_gte": moment})
        return [_run(each) for each in self._request("GET", f"/api/v2/dags/{dag_id}/dagRuns?{query}")["dag_runs"]]

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """Every task instance of the run, in the order in which they started."""
        path = f"{self._run_path(dag_id, run_id)}/taskInstances?limit=200&order_by=start_date"
        return [
            TaskInstance(
                task_id=instance["task_id"],
                map_index=instance["map_index"],
                state=instance["state"],
                try_number=instance["try_number"],
                duration=instance["duration"],
                operator=instance["operator_name"] or "",
            )
            for instance in self._request("GET", path)["task_instances"]
        ]

    def xcom(self, dag_id: str, run_id: str, task: TaskInstance, key: str) -> Any:
        """The value that the task instance pushed under the key, parsed from its JSON."""
        path = f"{self._run_path(dag_id, run_id)}/taskInstances/{task.task_id}/xcomEntries/{key}"
        return self._request("GET", f"{path}?map_index={task.map_index}&deserialize=true")["value"]

    def task_log(self, dag_id: str, run_id: str, task: TaskInstance) -> list[str]:
        """The log lines of the task instance's last try."""
        path = f"{self._run_path(dag_id, run_id)}/taskInstances/{task.task_id}/logs/{task.try_number}"
        content = self._request("GET", f"{path}?map_index={task.map_index}&full_content=true")["content"]
        return [entry["event"] if isinstance(entry, dict) else str(entry) for entry in content]

    def _run_path(self, dag_id: str, run_id: str) -> str:
        return f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id, safe='')}"

    def _request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        deadline = time.monotonic() + self.seconds_away
        while True:
            try:
                return self._attempt(method, path, body)
            except AirflowAwayError:
                if method not in self.repeated or time.monotonic() > deadline:
                    raise
                time.sleep(_SECONDS_BETWEEN_TRIES)

    def _attempt(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_PER_REQUEST) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:500]
            kind = AirflowAwayError if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR else AirflowApiError
            raise kind(f"{method} {path}: HTTP {error.code}: {detail}") from error
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise AirflowAwayError(f"{method} {self.url}{path}: {error}") from error


def status_of(error: AirflowApiError) -> int | None:
    """Return the HTTP status with which Airflow refused, None if it did not answer."""
    cause = error.__cause__
    return cause.code if isinstance(cause, urllib.error.HTTPError) else None


def _run(answer: dict[str, Any]) -> Run:
    began, ended = answer["start_date"] or "", answer["end_date"] or ""
    return Run(answer["dag_id"], answer["dag_run_id"], began, ended)
