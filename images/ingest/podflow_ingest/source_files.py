"""Files of source systems."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import obstore
from obstore.exceptions import BaseError

from podflow_ingest.errors import SourceError
from podflow_ingest.objects import Root, first_line, read_range
from podflow_ingest.ranges import Ranges


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

    def open(self) -> IO[bytes]:
        """Open the file for reading here and there."""
        return io.BufferedReader(Ranges(self.size, self.range))

    def check_unchanged(self) -> None:
        """Look whether the file is still the one that was found: a file system lets it change under a reader.

        Raises:
            SourceError: it is another one, or gone.
        """
        found = find_source(self.root, self.path)
        if (found.size, found.e_tag) != (self.size, self.e_tag):
            raise SourceError(f"{self.name}: changed while it was read; nothing was landed. Run extract again")

    def _get(self, start: int, end: int) -> Iterator[bytes]:
        try:
            yield from read_range(self.root, self.path, self.e_tag, start, end)
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
