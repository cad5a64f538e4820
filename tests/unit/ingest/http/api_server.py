"""A real HTTP server whose answers a test gives, one function a server."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What came: the path, its parameters, the headers, how, and with which body."""

    path: str
    params: dict[str, str]
    headers: Message
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What goes back. `promised` is the Content-Length when it differs from the body's."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


@dataclass
class ApiServer:
    """A running server: its URL, and the requests that came."""

    url: str
    requests: list[Request] = field(default_factory=list)

    def params(self, name: str) -> list[str | None]:
        """Return one parameter of each request."""
        return [request.params.get(name) for request in self.requests]


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[ApiServer]:
    """Serve on a free port of 127.0.0.1 while the body runs."""
    server = ApiServer("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A body in a packet of its own would else wait for the client's acknowledgement, 40 ms.
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = Request(parts.path, dict(parse_qsl(parts.query)), self.headers, self.command, body)
            server.requests.append(request)
            given = answer(request)
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body) if given.promised is None else given.promised))
            self.end_headers()
            self.wfile.write(given.body)
            self.close_connection = given.promised is not None

        do_PUT = do_POST = do_GET  # noqa: N815  # the names that http.server calls

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that did not wait for its answer."""

    with Listener(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
