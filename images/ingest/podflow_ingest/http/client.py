"""Requests to one API: paced, repeated when the failure may pass, and explained when it may not."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import tenacity

from podflow_ingest.errors import DeclarationError, SourceError, SourceFlawError
from podflow_ingest.http.pace import Pace, backoff
from podflow_ingest.http.pages import NotJsonError, shown
from podflow_ingest.http.refusals import ERROR_LIMIT, PassingError, plain, refusal, refused
from podflow_ingest.http.request import Request
from podflow_task.log import event

PAGE_LIMIT = 8 * 1024 * 1024
"""Bytes of a page at most: it is held in memory as a whole."""
JSON = "application/json"
"""What a body is said to be, unless the declaration's headers say otherwise."""
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Connection:
    """A source's URL and secret headers; `name` as in declarations."""

    name: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Patience:
    """How a request is paced, and how often and how long it is tried."""

    attempts: int = 5
    timeout: float = 30.0
    """Seconds for connecting, and for each pause within an answer."""
    interval: float = 0.0
    sleep: Callable[[float], None] = time.sleep


class Api:
    """One API during one run."""

    def __init__(self, client: httpx.Client, connection: Connection, patience: Patience) -> None:
        self._client = client
        self._base = httpx.URL(connection.url)
        self._name = connection.name
        self._secrets = [*connection.headers.values(), self._base.password, *self._base.params.values()]
        self._patience = patience
        self._pace = Pace(patience.interval, patience.sleep)

    def url(self, path: str) -> httpx.URL:
        """Return the URL of a path below the connection's."""
        return self._base.copy_with(path=f"{self._base.path.rstrip('/')}/{path.lstrip('/')}")

    def joined(self, current: httpx.URL, link: str) -> httpx.URL:
        """Return the URL of a link to the next page.

        Raises:
            SourceFlawError: it leads to another server, which must not get the connection's headers.
        """
        url = current.join(link)
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise SourceFlawError(
                f"{plain(current)}: the next page is on another server, {url.scheme}://{url.netloc.decode()}, which "
                f"must not get the headers of connection {self._name!r}; nothing was written"
            )
        return url.copy_with(userinfo=self._base.userinfo)

    def ask(self, request: Request, read: Callable[[bytes, httpx.Headers], Answer]) -> Answer:
        """Ask for a page, as often as the patience allows, and return what `read` makes of it.

        A POST is repeated like a GET: it asks a question, and changes nothing.

        Raises:
            SourceFlawError: the API refuses in a way that will not pass.
            SourceError: it did not answer, or not with a whole JSON document.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PassingError),
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=_wait,
            before_sleep=lambda state: _say(request.url, state),
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._attempt, request, read)
        except PassingError as error:
            raise SourceError(
                f"{plain(request.url)}: {error}; tried {retrying.statistics['attempt_number']} times, "
                "nothing was written; running again later is safe"
            ) from None
        return answer

    def _attempt(self, request: Request, read: Callable[[bytes, httpx.Headers], Answer]) -> Answer:
        self._pace.wait()
        content = request.content
        headers = {} if content is None else {"Content-Type": self._client.headers.get("Content-Type", JSON)}
        try:
            with self._client.stream(request.method, request.url, content=content, headers=headers) as response:
                body = _body(request.url, response)
        except httpx.TransportError as error:
            raise PassingError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from None
        except httpx.DecodingError as error:
            raise PassingError(f"the compressed body cannot be read: {error}") from None
        if refused(response):
            raise refusal(response, self._censored(shown(body)) if body else "", self._name)
        try:
            return read(body, response.headers)
        except NotJsonError as error:
            raise PassingError(str(error)) from None

    def _censored(self, text: str) -> str:
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "***")
        return text


@contextmanager
def open_api(connection: Connection, headers: Mapping[str, str], patience: Patience) -> Iterator[Api]:
    """Open an API; `headers` go along with the connection's own, which win.

    Raises:
        DeclarationError: the connection's URL is no http:// or https:// URL.
    """
    try:
        url = httpx.URL(connection.url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise DeclarationError(f"CONNECTIONS__{connection.name.upper()} is not an http:// or https:// URL")
    sent = httpx.Headers({"Accept": JSON, "User-Agent": "podflow-ingest"})
    sent.update(headers)
    sent.update(connection.headers)
    # Redirects are not followed: they could carry the headers to another server. Requests keep the connection's scheme,
    # so without TLS the certificates of all authorities, which take longer to read than many an API to answer, are not.
    tls = url.scheme == "https"
    with httpx.Client(headers=sent, timeout=patience.timeout, follow_redirects=False, verify=tls) as client:
        yield Api(client, connection, patience)


def _body(url: httpx.URL, response: httpx.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if response.is_error and len(body) > ERROR_LIMIT:
            break
        if len(body) > PAGE_LIMIT:
            raise SourceFlawError(
                f"{plain(url)}: a page has more than {PAGE_LIMIT // 1024 // 1024} MiB; nothing was written. "
                "Ask for smaller pages: `pagination: {size: ...}`"
            )
    return bytes(body)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, PassingError) else None
    return backoff(state.attempt_number) if asked is None else asked


def _say(url: httpx.URL, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait = round(state.next_action.sleep, 1) if state.next_action else 0
    event("again", level="warning", url=plain(url), attempt=state.attempt_number, reason=str(error), wait_seconds=wait)
