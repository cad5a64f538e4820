"""Objects behind a URL: the one place that talks to obstore."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore, from_url

from podflow_ingest.errors import DeclarationError, LandingError, LandingFlawError, SourceError

READ_SIZE = 1024 * 1024
"""Bytes handed on at a time."""


@dataclass(frozen=True)
class Root:
    """A store and the URL it stands for; the URL is for messages and holds no credentials."""

    store: ObjectStore
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


@dataclass(frozen=True)
class SourceFile:
    """One version of a file in a source system: reads fail once the file there is another."""

    root: Root
    path: str
    size: int
    e_tag: str | None

    @property
    def name(self) -> str:
        """The file's URL, for messages."""
        return self.root.name(self.path)

    def stream(self) -> Iterator[bytes]:
        """Yield the whole file."""
        return self._get(0, self.size)

    def range(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` to before `end`."""
        return b"".join(self._get(start, end))

    def _get(self, start: int, end: int) -> Iterator[bytes]:
        if start == end:
            return
        options: obstore.GetOptions = {"range": (start, end)}
        if self.e_tag is not None:
            options["if_match"] = self.e_tag
        try:
            response = obstore.get(self.root.store, self.path, options=options)
            yield from map(bytes, response.stream(min_chunk_size=READ_SIZE))
        except (BaseError, OSError) as error:
            raise SourceError(f"{self.name}: changed or lost while it was read: {first_line(error)}") from error


def find_source(root: Root, path: str) -> SourceFile:
    """Look the file up.

    Raises:
        SourceError: it is not there, or the store does not answer.
    """
    try:
        found = obstore.head(root.store, path)
    except FileNotFoundError:
        raise SourceError(f"{root.name(path)}: no such file; has it been delivered?") from None
    except (BaseError, OSError) as error:
        raise SourceError(f"{root.name(path)}: {first_line(error)}") from error
    return SourceFile(root, path, found["size"], found["e_tag"])


def create(root: Root, path: str, data: bytes) -> bool:
    """Write an object that does not exist yet; return False if one with these very bytes does.

    Raises:
        LandingFlawError: another object has the name.
        LandingError: the store refuses.
    """
    try:
        obstore.put(root.store, path, data, mode="create")
    except AlreadyExistsError:
        if digest(root, path) == hashlib.sha256(data).hexdigest():
            return False
        raise LandingFlawError(
            f"{root.name(path)} exists with other content, and landing is never overwritten: if chunk_rows or the "
            "source file's name changed since, run with another --date; else move the object away"
        ) from None
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(path)}: {first_line(error)}") from error
    return True


def read(root: Root, path: str) -> Iterator[bytes]:
    """Yield an object of landing.

    Raises:
        LandingError: it is not there, or the store does not answer.
    """
    try:
        yield from map(bytes, obstore.get(root.store, path).stream(min_chunk_size=READ_SIZE))
    except FileNotFoundError:
        raise LandingError(f"{root.name(path)}: no such object; run extract again") from None
    except (BaseError, OSError) as error:
        raise LandingError(f"{root.name(path)}: {first_line(error)}") from error


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
