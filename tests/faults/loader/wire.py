"""Wires between the loader and its servers that stop at a known byte: what is held never arrives.

Waiting for such a stop is how a fault strikes at a known moment, without a hook in the loader and without a sleep.
"""

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_PIECE = 65536
_COMMIT = b"Q\0\0\0\x0bCOMMIT\0"
"""The message with which psycopg commits (PostgreSQL's protocol: a simple query)."""


class Wire:
    """Passes on all bytes between clients of `port` and a local server; when one end goes, so does the other."""

    def __init__(self, server_port: int) -> None:
        self.stopped = threading.Event()
        """From here on something is held."""
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in (self._listener, *self._ends):
            _shut(end)
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._ends):
            end.close()

    def sent(self, piece: bytes) -> bytes:
        """Return what of a client's bytes goes on to the server."""
        return piece

    def answered(self, piece: bytes) -> bytes:
        """Return what of the server's bytes goes on to a client."""
        return piece

    def client_went(self, server: socket.socket) -> None:
        """Tell the server that its client is gone."""
        _shut(server)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._ends.append(client)
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                _shut(client)
                continue
            self._ends.append(server)
            self._start(self._pump, client, server, self.sent, self.client_went)
            self._start(self._pump, server, client, self.answered, _shut)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        passed: Callable[[bytes], bytes],
        went: Callable[[socket.socket], None],
    ) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                sink.sendall(passed(piece))
        went(sink)


class DuringCopy(Wire):
    """Stops after some bytes of the rows that are copied into a table."""

    def __init__(self, server_port: int, table: str, size: int = 200_000) -> None:
        super().__init__(server_port)
        self._statement = f"COPY {table} ".encode()
        self._left: int | None = None
        self._size = size

    def sent(self, piece: bytes) -> bytes:
        if self._left is None:
            # The rows come when the server has answered.
            self._left = self._size if self._statement in piece else None
            return piece
        passed = piece[: self._left]
        self._left -= len(passed)
        if len(passed) < len(piece):
            self.stopped.set()
        return passed


class BeforeCommit(Wire):
    """Stops at the COMMIT that follows a statement."""

    def __init__(self, server_port: int, after: str) -> None:
        super().__init__(server_port)
        self._statement = after.encode()
        self._seen = False

    def sent(self, piece: bytes) -> bytes:
        self._seen = self._seen or self._statement in piece
        if self._seen and _COMMIT in piece:
            self.stopped.set()
        return b"" if self.stopped.is_set() else piece


class AfterCommit(BeforeCommit):
    """Stops at the answer to the COMMIT that follows a statement: it is done, and the client never learns it."""

    def sent(self, piece: bytes) -> bytes:
        super().sent(piece)
        return piece

    def answered(self, piece: bytes) -> bytes:
        return b"" if self.stopped.is_set() else piece


class LostNode(BeforeCommit):
    """As BeforeCommit, but the server does not learn that its client is gone until the wire is cut."""

    def client_went(self, server: socket.socket) -> None:
        """Say nothing."""


class DuringAnswer(Wire):
    """Stops after some bytes of the server's answers, all of them together."""

    def __init__(self, server_port: int, size: int) -> None:
        super().__init__(server_port)
        self._left = size

    def answered(self, piece: bytes) -> bytes:
        passed = piece[: self._left]
        self._left -= len(passed)
        if len(passed) < len(piece):
            self.stopped.set()
        return passed

    def break_once(self) -> None:
        """End the connections of now, and hold nothing of later ones."""
        self._left = sys.maxsize
        for end in list(self._ends):
            _shut(end)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
