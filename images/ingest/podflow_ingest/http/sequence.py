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
    """Yield the pages of a sequence that comes in arbitrary pieces, each in memory as a whole."""
    held: list[bytes] = []
    for piece in stream:
        first, *others = piece.split(SEPARATOR)
        held.append(first)
        for part in others:
            page, held = _joined(held), [part]
            if page:
                yield page
    if page := _joined(held):
        yield page


def _joined(held: list[bytes]) -> bytes:
    return b"".join(held).removesuffix(END)
