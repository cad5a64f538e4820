"""The documentation as landing keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from podflow_dbt.artifacts import docs_path, shown_url
from podflow_dbt.errors import DocsError

READ_SIZE = 256 * 1024
"""Bytes handed on at a time."""
TIMEOUT = timedelta(seconds=10)
"""For a request to the store, repeats included: somebody waits in front of a browser."""


@dataclass(frozen=True)
class Page:
    """One version of the page: its ETag in quotes, its size in bytes, and the bytes, to be read once."""

    e_tag: str
    size: int
    pieces: Iterator[bytes] = field(repr=False)


class KeptDocs:
    """The documentation of one target in the landing zone at an s3://, gs://, az:// or file:// URL."""

    def __init__(self, landing_url: str, target: str) -> None:
        self._path = docs_path(target)
        self._shown = shown_url(landing_url, self._path)
        try:
            self._store: ObjectStore = from_url(landing_url, retry_config={"max_retries": 2, "retry_timeout": TIMEOUT})
        except (BaseError, ValueError, OSError) as error:
            raise DocsError(f"{self._shown}: not a store that can be opened: {_first_line(error)}") from None

    def open(self) -> Page | None:
        """Return the page as it is now, or None before the first build.

        Raises:
            DocsError: the store does not answer.
        """
        try:
            found = obstore.get(self._store, self._path)
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise DocsError(f"{self._shown}: {_first_line(error)}") from error
        tag = (found.meta["e_tag"] or found.meta["last_modified"].isoformat()).strip('"')
        return Page(f'"{tag}"', found.meta["size"], map(bytes, found.stream(min_chunk_size=READ_SIZE)))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
