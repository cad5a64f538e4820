"""Kubernetes and Airflow on one port, as far as the clean-up of pods talks to them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PODS = "/api/v1/namespaces/podflow/pods"
PASSWORD = "correct"


@dataclass
class Servers:
    """Pods by name as the API has them, states of task instances by (dag, run, task, map index)."""

    pods: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[tuple[str, str, str, int], str | None] = field(default_factory=dict)
    pods_a_page: int = 500
    airflow_runs: bool = True
    wrong_path: bool = False
    adopted_meanwhile: set[str] = field(default_factory=set)
    """Pods that another process changes just before they are to be deleted."""
    questions: int = 0
    selectors: set[str] = field(default_factory=set)
    url: str = ""

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a request with status and JSON."""
        url = urlsplit(target)
        if url.path.startswith(PODS):
            if method == "DELETE":
                return self._delete(url.path.rsplit("/", 1)[1], body["preconditions"])
            return self._list({name: values[0] for name, values in parse_qs(url.query).items()})
        if not self.airflow_runs:
            return HTTPStatus.SERVICE_UNAVAILABLE, {}
        if url.path == "/auth/token":
            good = body == {"username": "admin", "password": PASSWORD}
            return (HTTPStatus.CREATED, {"access_token": "t"}) if good else (HTTPStatus.UNAUTHORIZED, {})
        if self.wrong_path:
            return HTTPStatus.NOT_FOUND, {"detail": "Not Found"}
        return self._task_instance(url.path)

    def _list(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.selectors.add(query["labelSelector"])
        wanted = dict(pair.split("=") for pair in query["labelSelector"].split(","))
        found = [pod for pod in self.pods.values() if wanted.items() <= pod["metadata"]["labels"].items()]
        first = int(query.get("continue", "0"))
        last = first + min(int(query["limit"]), self.pods_a_page)
        following = {"continue": str(last)} if last < len(found) else {}
        return HTTPStatus.OK, {"kind": "PodList", "metadata": following, "items": found[first:last]}

    def _delete(self, name: str, conditions: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if name in self.adopted_meanwhile:
            self.pods[name]["metadata"]["resourceVersion"] = "2"
        metadata = self.pods[name]["metadata"]
        if any(metadata[key] != value for key, value in conditions.items()):
            return HTTPStatus.CONFLICT, {"message": "the precondition failed"}
        return HTTPStatus.OK, self.pods.pop(name)

    def _task_instance(self, path: str) -> tuple[int, dict[str, Any]]:
        self.questions += 1
        _, _, _, _, dag, _, run, _, task, map_index = path.split("/")
        key = (dag, unquote(run), task, int(map_index))
        if key not in self.states:
            return HTTPStatus.NOT_FOUND, {"detail": f"The Mapped Task Instance with dag_id: `{dag}` was not found"}
        return HTTPStatus.OK, {"state": self.states[key]}


@contextmanager
def serving(servers: Servers) -> Iterator[None]:
    """Give the servers a port, and `servers.url` its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            code, content = servers.answer(self.command, self.path, json.loads(body or b"{}"))
            payload = json.dumps(content).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_POST = do_DELETE = do_GET  # noqa: N815  # as http.server calls them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    servers.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
