"""Putting a file where a pipeline fetches it."""

import time
from collections.abc import Iterator

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from podflow_sources.errors import DeliveryError


class Outbox:
    """The folder at an s3://, gs://, az:// or file:// URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            self._store: ObjectStore = from_url(url)
        except (BaseError, ValueError, OSError) as error:
            raise DeliveryError(f"{url}: not a store that can be opened: {_first_line(error)}") from None

    def name(self, file: str) -> str:
        """Return the file's URL."""
        return f"{self._url.rstrip('/')}/{file}"

    def wait(self, seconds: float) -> None:
        """Wait for a store that is starting.

        Raises:
            DeliveryError: it did not answer in these seconds, but for the last request.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                next(iter(obstore.list(self._store)), None)
            except (BaseError, OSError) as error:
                if time.monotonic() >= deadline:
                    raise DeliveryError(f"{self._url}: {_first_line(error)}") from error
                time.sleep(1)
            else:
                return

    def has(self, file: str) -> bool:
        """Say whether the file lies there.

        Raises:
            DeliveryError: the store does not answer.
        """
        try:
            obstore.head(self._store, file)
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise DeliveryError(f"{self.name(file)}: {_first_line(error)}") from error
        return True

    def read(self, file: str) -> Iterator[bytes]:
        """Yield the file.

        Raises:
            DeliveryError: it is not there, or the store does not answer.
        """
        try:
            yield from map(bytes, obstore.get(self._store, file).stream())
        except FileNotFoundError:
            raise DeliveryError(f"{self.name(file)}: no such file") from None
        except (BaseError, OSError) as error:
            raise DeliveryError(f"{self.name(file)}: {_first_line(error)}") from error

    def put(self, file: str, content: bytes) -> None:
        """Put the file there in place of the one before.

        Raises:
            DeliveryError: the store refuses.
        """
        try:
            obstore.put(self._store, file, content)
        except (BaseError, OSError) as error:
            raise DeliveryError(f"{self.name(file)}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
