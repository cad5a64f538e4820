"""helm test: a DAG run started over the API ends well, and its pod's result is there as XCom."""

import json
import os
import time
import urllib.request
from typing import Any

DAG = "podflow__smoke"
PATIENCE = 240
"""Seconds that a run of one pod may take on a busy node."""


def request(method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    """Call the api-server; return its JSON answer."""
    call = urllib.request.Request(os.environ["AIRFLOW_URL"] + path, method=method)  # noqa: S310  # the chart's own URL
    call.add_header("Content-Type", "application/json")
    if token:
        call.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(call, data, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def finished_run(token: str, run: str) -> str:
    """Wait for the run's end; return the state it ended in, or the one it is in when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        state = request("GET", f"/api/v2/dags/{DAG}/dagRuns/{run}", token=token)["state"]
        if state in ("success", "failed") or time.monotonic() > deadline:
            return str(state)
        time.sleep(1)


def main() -> None:
    """Log in, start the DAG, wait, read what its task returned."""
    login = {"username": os.environ["ADMIN_USERNAME"], "password": os.environ["ADMIN_PASSWORD"]}
    token = request("POST", "/auth/token", login)["access_token"]
    request("PATCH", f"/api/v2/dags/{DAG}", {"is_paused": False}, token)
    run = request("POST", f"/api/v2/dags/{DAG}/dagRuns", {"logical_date": None}, token)["dag_run_id"]
    state = finished_run(token, run)
    tasks = request("GET", f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances", token=token)["task_instances"]
    if state != "success":
        raise SystemExit(f"{DAG} {run} is {state}: {[(task['task_id'], task['state']) for task in tasks]}")
    for task in tasks:
        path = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/{task['task_id']}/xcomEntries/return_value"
        print(f"airflow: {DAG}.{task['task_id']} returned {request('GET', path, token=token)['value']}")


main()
