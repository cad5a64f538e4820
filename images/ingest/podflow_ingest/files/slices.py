"""Consecutive parts of a stream, each of them a stream."""

from collections.abc import Iterable, Iterator


class Slices:
    """Hands out a stream's bytes in order, as many as are asked for."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = iter(stream)
        self._rest = b""

    def skip(self, size: int) -> None:
        """Read `size` bytes and forget them."""
        for _ in self.take(size):
            pass

    def take(self, size: int) -> Iterator[bytes]:
        """Yield the next `size` bytes, fewer only if the stream ends."""
        while size > 0:
            piece = self._rest or next(self._stream, b"")
            if not piece:
                return
            part, self._rest = piece[:size], piece[size:]
            size -= len(part)
            yield part
