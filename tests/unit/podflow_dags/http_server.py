"""An HTTP server for one test: JSON or a stream for each request, connections that can be broken, a port that stays."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

Json = dict[str, Any]


class Application(Protocol):
    """What decides about the answers."""

    def respond(self, method: str, path: str, body: Json) -> tuple[int, Json | Iterator[bytes]]:
        """Return the HTTP status and an object, or the pieces of a stream."""

    def breaks(self, piece: bytes) -> bool:
        """Whether the connection is to break in the middle of this piece of a stream."""


class HttpServer:
    """Serves an application on 127.0.0.1; can stop, and start again on the same port."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._listener: _Listener | None = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._listener = _Listener(("127.0.0.1", self._port), _Handler)
        self._listener.application = self._application
        self._port = self._listener.server_port
        threading.Thread(target=self._listener.serve_forever, args=(0.005,), daemon=True).start()

    def stop(self) -> None:
        """Break all connections and refuse new ones."""
        if self._listener:
            self._listener.shutdown()
            self._listener.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    application: Application

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def close(self) -> None:
        self.server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news; without this it is printed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"null") or {}
        status, answer = self.server.application.respond(self.command, self.path, body)
        if isinstance(answer, dict):
            self._send(status, json.dumps(answer).encode())
        else:
            self._stream(status, answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, status: int, pieces: Iterator[bytes]) -> None:
        self.send_response(status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            if self.server.application.breaks(piece):
                self._chunk(piece[: len(piece) // 2])
                self.close_connection = True
                return
            self._chunk(piece)
        self._chunk(b"")

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
