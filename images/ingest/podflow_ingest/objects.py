"""Objects behind a URL: the one place that talks to obstore."""

import hashlib
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from podflow_ingest.errors import DeclarationError, LandingError, LandingFlawError
from podflow_ingest.parts import put_in_parts
from podflow_ingest.ranges import Ranges

READ_SIZE = 1024 * 1024
"""Bytes handed on at a time."""
PART_SIZE = 8 * 1024 * 1024
"""Bytes of a part of a large object; three of them are in memory while it is written."""


@dataclass(frozen=True)
class Root:
    """A store and the URL it stands for; the URL is for messages and holds no credentials."""

    # An Azure store whose account came from the environment panics when it is shown.
    store: ObjectStore = field(repr=False)
    url: str

    def name(self, path: str) -> str:
        """Return the full URL of the object at `path`."""
        return f"{self.url.rstrip('/')}/{path}"


def open_root(url: str) -> Root:
    """Open the store at an s3://, gs://, az:// or file:// URL.

    Raises:
        DeclarationError: the URL is none of these.
    """
    parts = urlsplit(url)
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    try:
        return Root(from_url(url), shown)
    except (BaseError, ValueError, OSError) as error:
        raise DeclarationError(
            f"{shown}: not a store that can be opened: {first_line(error).replace(url, shown)}"
        ) from None


def create(root: Root, path: str, data: bytes) -> bool:
    """Write an object that does not exist yet; return False if one with these very bytes does.

    Raises:
        LandingFlawError: another object has the name.
        LandingError: the store refuses.
    """
    try:
        obstore.put(root.store, path, data, mode="create")
    except (BaseError, OSError) as error:
        # A server that refuses before it has read all of a large object looks like a connection that broke.
        if not isinstance(error, AlreadyExistsError) and not _is_there(root, path):
            raise LandingError(f"{root.name(path)}: {first_line(error)}") from error
        if digest(root, path) != hashlib.sha256(data).hexdigest():
            raise _taken(root, path) from None
        return False
    return True


def create_large(root: Root, path: str, first: Sequence[bytes], rest: Iterable[bytes]) -> str:
    """Write an object in parts, as it comes; return its SHA-256. One with these very bytes is left as it is.

    Stores cannot write in parts and refuse an existing object in one go. It is looked for before: two that write at
    the same time write the same bytes, for names in landing follow from the content.

    Raises:
        LandingFlawError: another object has the name.
        LandingError: the store refuses.
    """
    total = hashlib.sha256()

    def measured() -> Iterator[bytes]:
        for piece in itertools.chain(first, rest):
            total.update(piece)
            yield piece

    try:
        if _exists(root, path):
            for _ in measured():
                pass
            if digest(root, path) != total.hexdigest():
                raise _taken(root, path)
        else:
            put_in_parts(root.store, path, measured(), PART_SIZE)
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(path)}: {first_line(error)}") from error
    return total.hexdigest()


def _is_there(root: Root, path: str) -> bool:
    """Say whether there is an object for certain; a store that does not answer may have none."""
    try:
        return _exists(root, path)
    except (BaseError, OSError):
        return False


def _exists(root: Root, path: str) -> bool:
    try:
        obstore.head(root.store, path)
    except FileNotFoundError:
        return False
    return True


def _taken(root: Root, path: str) -> LandingFlawError:
    return LandingFlawError(
        f"{root.name(path)} exists with other content, and landing is never overwritten: run with another --date, "
        "or move the object away"
    )


def read_range(root: Root, path: str, e_tag: str | None, start: int, end: int) -> Iterator[bytes]:
    """Yield bytes of one version of an object; raise obstore's errors."""
    if start == end:
        return
    if not isinstance(root.store, LocalStore):
        yield from map(bytes, _get(root, path, e_tag, start, end).stream(min_chunk_size=READ_SIZE))
        return
    # The stream of a local file comes in pieces of 8 KiB, at a tenth of the speed.
    for begin in range(start, end, READ_SIZE):
        yield bytes(_get(root, path, e_tag, begin, min(begin + READ_SIZE, end)).bytes())


def _get(root: Root, path: str, e_tag: str | None, start: int, end: int) -> "obstore.GetResult":
    options: obstore.GetOptions = {"range": (start, end)}
    if e_tag is not None:
        options["if_match"] = e_tag
    return obstore.get(root.store, path, options=options)


def open_object(root: Root, path: str) -> IO[bytes]:
    """Open an object of landing for reading here and there; reads fail once the object is another.

    Raises:
        LandingError: it is not there, or the store does not answer.
    """
    try:
        found = obstore.head(root.store, path)
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(path)}: {first_line(error)}") from error

    def checked(start: int, end: int) -> bytes:
        try:
            return b"".join(read_range(root, path, found["e_tag"], start, end))
        except (BaseError, OSError) as error:
            raise LandingError(f"{root.name(path)}: {first_line(error)}") from error

    return io.BufferedReader(Ranges(found["size"], checked))


def read(root: Root, path: str) -> Iterator[bytes]:
    """Yield an object of landing.

    Raises:
        LandingError: it is not there, or the store does not answer.
    """
    try:
        if isinstance(root.store, LocalStore):
            yield from read_range(root, path, None, 0, obstore.head(root.store, path)["size"])
        else:
            yield from map(bytes, obstore.get(root.store, path).stream(min_chunk_size=READ_SIZE))
    except FileNotFoundError:
        raise LandingError(f"{root.name(path)}: no such object; run extract again") from None
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(path)}: {first_line(error)}; running again is safe") from error


def names(root: Root, prefix: str) -> list[str]:
    """Return the sorted paths of all objects of landing below the folder `prefix`.

    Raises:
        LandingError: the store does not answer.
    """
    try:
        return sorted(found["path"] for page in obstore.list(root.store, prefix) for found in page)
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(prefix)}: {first_line(error)}") from error


def digest(root: Root, path: str) -> str:
    """Return the SHA-256 of an object of landing, in hexadecimal. Raises as read."""
    total = hashlib.sha256()
    for piece in read(root, path):
        total.update(piece)
    return total.hexdigest()


def first_line(error: Exception) -> str:
    """Return an error's first line: obstore's errors go on with a page of Rust structures."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
