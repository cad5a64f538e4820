"""The watch, against a server that speaks as much of the Kubernetes API as a watch needs."""

import json
import queue
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from benchmarks.pod_task.errors import BenchmarkError
from benchmarks.pod_task.pod_times import PodTimes
from benchmarks.pod_task.watch import PodWatch


class ApiServer(ThreadingHTTPServer):
    """Answers a list with nothing, and a watch with the pieces that a test puts, until it puts None."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pieces: queue.Queue[bytes | None] = queue.Queue()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ApiServer

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if "watch=True" in self.path:
            self._stream()
        else:
            answer = json.dumps({"kind": "PodList", "metadata": {"resourceVersion": "7"}, "items": []}).encode()
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def _stream(self) -> None:
        assert "resourceVersion=7" in self.path
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while (piece := self.server.pieces.get()) is not None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with ApiServer() as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.pieces.put(None)
        running.shutdown()


@pytest.fixture
def watch(server: ApiServer) -> Iterator[PodWatch]:
    """A watch whose clock goes on by a second with each event."""
    configuration = Configuration(host=f"http://127.0.0.1:{server.server_port}")
    seconds = count(1000)
    clock: Callable[[], float] = lambda: float(next(seconds))  # noqa: E731
    with ApiClient(configuration) as client, PodWatch(CoreV1Api(client), "podflow", clock) as opened:
        yield opened


def event(kind: str, phase: str = "Pending", node: str = "n") -> bytes:
    state: dict[str, Any] = {"terminated": {}} if phase == "Succeeded" else {"waiting": {}}
    status = {"phase": phase, "containerStatuses": [{"state": state}]}
    pod = {"metadata": {"name": "p"}, "spec": {"nodeName": node}, "status": status}
    return json.dumps({"type": kind, "object": pod}).encode() + b"\n"


def finished(pods: dict[str, PodTimes]) -> bool:
    return "p" in pods and pods["p"].finished is not None


def test_every_event_gets_the_moment_at_which_it_came(server: ApiServer, watch: PodWatch) -> None:
    for each in (
        event("ADDED", node=""),
        event("MODIFIED"),
        event("MODIFIED", "Succeeded"),
        event("DELETED", "Succeeded"),
    ):
        server.pieces.put(each)
    assert watch.wait(finished, 10)
    assert watch.pods()["p"].moments() == (1000.0, 1001.0, 1002.0, 1002.0)


def test_an_event_may_come_in_pieces(server: ApiServer, watch: PodWatch) -> None:
    whole = event("ADDED") + event("MODIFIED", "Succeeded")
    for piece in (whole[:20], whole[20:-5], whole[-5:]):
        server.pieces.put(piece)
    assert watch.wait(finished, 10)


def test_waiting_ends_when_the_time_is_over(watch: PodWatch) -> None:
    assert not watch.wait(finished, 0.05)


def test_a_watch_that_broke_is_no_measurement(server: ApiServer, watch: PodWatch) -> None:
    server.pieces.put(event("ADDED"))
    server.pieces.put(None)
    begun = time.monotonic()
    with pytest.raises(BenchmarkError, match="the watch of the pods ended"):
        watch.wait(finished, 30)
    assert time.monotonic() - begun < 20


def test_a_watch_that_the_api_server_refuses_is_no_measurement(server: ApiServer, watch: PodWatch) -> None:
    server.pieces.put(b'{"type": "ERROR", "object": {"code": 410, "message": "too old resource version"}}\n')
    with pytest.raises(BenchmarkError, match="too old resource version"):
        watch.wait(finished, 10)
