"""One page of an API's answer: its records as they came, and what it says of the pages after it."""

from dataclasses import dataclass

import msgspec

from podflow_ingest.stage.paths import Steps

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_VALUE = msgspec.json.Decoder()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SHOWN = 120
"""Characters of a body that a message shows."""


class NotJsonError(ValueError):
    """The body is not JSON, or is cut off: asking again may help."""


class WrongShapeError(ValueError):
    """The body is JSON, but not as declared."""


@dataclass(frozen=True)
class Page:
    """A body, its records (each the bytes of one JSON value), and the URL of the header Link's rel="next"."""

    body: bytes
    records: list[msgspec.Raw]
    next_link: str | None = None

    def value(self, path: Steps) -> object:
        """Return what stands at a path in the page, None if nothing does.

        Raises:
            NotJsonError: what stands there cannot be read.
        """
        try:
            found = _find(_document(self.body), path) if self.body else None
            return None if found is None else _VALUE.decode(found)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotJsonError(f"{'.'.join(map(str, path))}: {error}") from None


def read_page(body: bytes, records: Steps | None, next_link: str | None = None) -> Page:
    """Find the records of a page. An empty body (204 No Content) has none; neither has a list that is null.

    Only the way to the records is decoded here, not they themselves.

    Raises:
        NotJsonError: the body is not JSON.
        WrongShapeError: there is no list of records at the path.
    """
    if not body.strip():
        return Page(b"", [], next_link)
    document = _document(body)
    try:
        found = _find(document, records or ())
        if found is None:
            path = ".".join(map(str, records or ()))
            raise WrongShapeError(f"there is nothing at `records: {path}`; the body begins with {shown(body)}")
        return Page(body, _records(found, single=records is None), next_link)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJsonError(f"the body is not JSON ({error}); it begins with {shown(body)}") from None


def shown(body: bytes) -> str:
    """Return a body's beginning on one line, for a message."""
    text = " ".join(body[: 4 * SHOWN].decode("utf-8", errors="replace").split())
    return repr(text[:SHOWN])


def _document(body: bytes) -> msgspec.Raw:
    return msgspec.Raw(body.removeprefix(_BYTE_ORDER_MARK))


def _records(found: msgspec.Raw, *, single: bool) -> list[msgspec.Raw]:
    start = bytes(memoryview(found)[:64]).lstrip()[:1]
    if start == b"[":
        return _ELEMENTS.decode(found)
    if single and start == b"{":
        _VALUE.decode(found)
        return [found]
    if _VALUE.decode(found) is None:
        return []
    raise WrongShapeError(f"the records are not a list; they begin with {shown(bytes(found))}")


def _find(document: msgspec.Raw, path: Steps) -> msgspec.Raw | None:
    found: msgspec.Raw | None = document
    for step in path:
        if found is None:
            return None
        try:
            if isinstance(step, str):
                found = _MEMBERS.decode(found).get(step)
            else:
                elements = _ELEMENTS.decode(found)
                found = elements[step] if step < len(elements) else None
        except msgspec.ValidationError:  # a value of another kind
            return None
    return found
