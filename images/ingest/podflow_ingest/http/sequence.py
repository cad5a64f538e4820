"""Pages in one object: a JSON text sequence (RFC 7464), which `jq --seq` reads.

Each page is byte for byte as it came, after a record separator and before a newline. JSON has no such separator,
not even in a text, so it can mark the pages.
"""

from collections.abc import Iterable, Iterator

SEPARATOR = b"\x1e"
END = b"\n"
EXTENSION = "jsonseq"


def framed(body: bytes) -> tuple[bytes, ...]:
    """Return the parts that a page adds to a sequence."""
    return SEPARATOR, body, END


def pages(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pages of a sequence that comes in arbitrary pieces, one at a time in memory."""
    held: list[bytes] = []
    for piece in stream:
        first, *others = piece.split(SEPARATOR)
        held.append(first)
        for part in others:
            yield from _page(held)
            held = [part]
    yield from _page(held)


def _page(held: list[bytes]) -> Iterator[bytes]:
    """Yield what the pieces are together, if they are a page, and forget it when the next one is wanted."""
    pieces = [piece for piece in held if piece]
    held.clear()
    if pieces:
        pieces[-1] = pieces[-1].removesuffix(END)
    page = b"".join(pieces)
    pieces.clear()
    if page:
        yield page
