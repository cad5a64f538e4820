"""Pages in one object: a JSON text sequence (RFC 7464), which `jq --seq` reads.

Each page is byte for byte as it came, after a record separator and before a newline. JSON has no such separator,
not even in a text, so it can mark the pages.
"""

from collections.abc import Iterable, Iterator

SEPARATOR = b"\x1e"
END = b"\n"
EXTENSION = "jsonseq"


def framed(body: bytes) -> bytes:
    """Return a page as a part of a sequence."""
    return SEPARATOR + body + END


def pages(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pages of a sequence that comes in arbitrary pieces, each in memory as a whole."""
    held: list[bytes] = []
    for piece in stream:
        first, *others = piece.split(SEPARATOR)
        held.append(first)
        for part in others:
            yield from _whole(held)
            held = [part]
    yield from _whole(held)


def _whole(held: list[bytes]) -> Iterator[bytes]:
    page = b"".join(held).removesuffix(END)
    if page:
        yield page
