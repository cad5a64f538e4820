"""The probe of Airflow's components without a port, against a server that answers like the api-server."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.chart.rendering import CHART

PROBE = CHART / "files" / "airflow" / "heartbeat.py"


def answer(question: str, url: str) -> bool:
    """What the probe says, run as the kubelet runs it."""
    command = [sys.executable, "-I", str(PROBE), "triggerer", question]
    return subprocess.run(command, env={"AIRFLOW__CORE__EXECUTION_API_SERVER_URL": url}, check=False).returncode == 0


@contextmanager
def api_server(body: str, status: int = 200) -> Iterator[str]:
    """Serve one answer; yield the URL of the execution API, which is what components know."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/api/v2/monitor/health"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/execution/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "alive", "started"), [("healthy", True, True), ("unhealthy", False, False), (None, True, False)]
)
def test_it_says_what_the_api_server_reports(status: str | None, alive: bool, started: bool) -> None:
    with api_server(json.dumps({"triggerer": {"status": status}})) as url:
        assert answer("alive", url) is alive
        assert answer("started", url) is started


@pytest.mark.parametrize(("body", "status"), [("{}", 200), ("not json", 200), ("Internal Server Error", 500)])
def test_an_answer_without_a_report_restarts_nothing(body: str, status: int) -> None:
    with api_server(body, status) as url:
        assert answer("alive", url)
        assert not answer("started", url)


def test_an_api_server_that_is_away_restarts_nothing() -> None:
    assert answer("alive", "http://127.0.0.1:9/execution/")
    assert not answer("started", "http://127.0.0.1:9/execution/")
