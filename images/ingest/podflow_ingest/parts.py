"""Writing a large object while its bytes come from somewhere else."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Full, Queue

import obstore
from obstore.store import ObjectStore

_WAITING = 4
"""Pieces that wait to be written."""
_PATIENCE = 0.5
"""Seconds after which to look whether the writer still takes pieces."""


class _BrokenOffError(Exception):
    """Tells the store to forget the parts that it has."""


def put_in_parts(store: ObjectStore, path: str, pieces: Iterable[bytes], part_size: int) -> None:
    """Write an object in parts; it appears when all of them are there, or not at all.

    A thread writes, because obstore cannot be asked for more (to read the source) by the iterator that it reads from.

    Raises: what `pieces` raises, and obstore's errors.
    """
    queue: Queue[bytes | _BrokenOffError | None] = Queue(_WAITING)
    with ThreadPoolExecutor(1, "put") as pool:
        written = pool.submit(_put, store, path, queue, part_size)
        try:
            for piece in pieces:
                _offer(queue, piece, written)
        except BaseException:
            _offer(queue, _BrokenOffError(), written)
            raise
        _offer(queue, None, written)
        written.result()


def _put(store: ObjectStore, path: str, queue: Queue[bytes | _BrokenOffError | None], part_size: int) -> None:
    def taken() -> Iterator[bytes]:
        while (piece := queue.get()) is not None:
            if isinstance(piece, _BrokenOffError):
                raise piece
            yield piece

    obstore.put(store, path, taken(), use_multipart=True, chunk_size=part_size, max_concurrency=2)


def _offer(
    queue: Queue[bytes | _BrokenOffError | None], piece: bytes | _BrokenOffError | None, written: Future[None]
) -> None:
    """Hand a piece to the writer, if it is still there; its error is raised at the end."""
    while not written.done():
        try:
            return queue.put(piece, timeout=_PATIENCE)
        except Full:
            continue
    return None
