"""What Airflow's REST API says of the task instance that a pod was made for."""

from http import HTTPStatus
from urllib.parse import quote

import httpx

from podflow_dags.pod_claim import PREFIX
from podflow_dags.settings import AirflowAccess

_FINISHED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


class AirflowAwayError(RuntimeError):
    """Airflow does not say how task instances stand; the message says what it answered instead."""


class TaskInstances:
    """What Airflow's REST API says of task instances; it is asked for a token when the first question comes up."""

    def __init__(self, client: httpx.Client, access: AirflowAccess) -> None:
        self._client = client
        self._access = access

    def end_of(self, names: dict[str, str]) -> str | None:
        """Return the state in which the task instance of a pod's annotations finished, `gone`, or None if it goes on.

        Raises:
            AirflowAwayError: Airflow cannot be reached, refuses the user, or answers something else.
        """
        dag, run, task = (quote(names[f"{PREFIX}/{name}"], safe="") for name in ("dag-id", "run-id", "task-id"))
        path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/{names[f'{PREFIX}/map-index']}"
        try:
            if "Authorization" not in self._client.headers:
                self._client.headers["Authorization"] = f"Bearer {self._token()}"
            answer = self._client.get(path)
            # Another server's 404, or that of a wrong path, says nothing of the task instance.
            if answer.status_code == HTTPStatus.NOT_FOUND and "was not found" in answer.json()["detail"]:
                return "gone"
            state: str | None = answer.raise_for_status().json()["state"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise AirflowAwayError(f"{path}: {error!r}") from error
        return state if state in _FINISHED else None

    def _token(self) -> str:
        user = {"username": self._access.admin_username, "password": self._access.admin_password.get_secret_value()}
        token: str = self._client.post("/auth/token", json=user).raise_for_status().json()["access_token"]
        return token
