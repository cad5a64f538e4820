import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from k8s import airflow_api
from k8s.airflow_api import AirflowApi, AirflowAwayError

ANSWER = b'{"access_token": "t", "dag_run_id": "r"}'


@dataclass
class Server:
    """Answers each request alike, and drops so many connections before."""

    listening: socket.socket
    dropping: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection:
                line = connection.recv(65536).partition(b"\r\n")[0].decode()
                self.asked.append(line.rpartition(" ")[0])
                if self.dropping:
                    self.dropping -= 1
                    continue
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(ANSWER)}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode() + ANSWER)


@pytest.fixture
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Server(listening)
        thread = threading.Thread(target=found.serve)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def api(server: Server, monkeypatch: pytest.MonkeyPatch) -> AirflowApi:
    monkeypatch.setattr(airflow_api, "_SECONDS_BETWEEN_TRIES", 0.01)
    found = AirflowApi(server.url, "admin", "secret")
    server.asked.clear()
    return found


def test_connections_that_break_do_not_end_what_follows_a_run(api: AirflowApi, server: Server) -> None:
    server.dropping = 3
    assert api.is_known("forex")
    assert server.asked == ["GET /api/v2/dags/forex"] * 4


def test_a_run_is_not_started_twice(api: AirflowApi, server: Server) -> None:
    server.dropping = 1
    with pytest.raises(AirflowAwayError, match=f"POST {server.url}/api/v2/dags/forex/dagRuns"):
        api.trigger("forex")
    assert len(server.asked) == 1


def test_an_airflow_that_stays_away_is_an_error(
    api: AirflowApi, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AirflowApi, "seconds_away", 0.1)
    server.dropping = 10**6
    with pytest.raises(AirflowAwayError, match=server.url):
        api.is_known("forex")
