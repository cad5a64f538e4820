"""What an API's refusal means: whether it may pass, and what to do about it."""

import datetime

import httpx

from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_ingest.http.pace import LONGEST_RETRY_AFTER, retry_after

ERROR_LIMIT = 64 * 1024
"""Bytes of a refusal that are read: more than a message shows."""
_TRANSIENT = frozenset({408, 425, 429})
_ADVICE = {
    400: "check `path`, `params` and `body`",
    401: "check the connection's header: CONNECTION_HEADERS__{connection}__<HEADER>",
    403: "the credentials of the connection do not allow this: CONNECTION_HEADERS__{connection}__<HEADER>",
    404: "check `path`, and the URL CONNECTIONS__{connection}",
    405: "the path does not take this `method`",
    410: "the API has withdrawn this path",
}


class PassingError(Exception):
    """A failure that may pass; `wait` is what the API asks for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def plain(url: httpx.URL) -> str:
    """Return a URL for messages: without credentials, and without parameters, which may hold some."""
    return f"{url.scheme}://{url.netloc.decode()}{url.path}"


def refused(response: httpx.Response) -> bool:
    """Say whether the answer is no page."""
    return response.status_code not in (httpx.codes.OK, httpx.codes.NO_CONTENT)


def refusal(response: httpx.Response, said: str, connection: str) -> Exception:
    """Return the error for an answer that is no page; `said` is what its body shows.

    It is a PassingError, a SourceError where only a later run can help, or a SourceFlawError.
    """
    status, url = response.status_code, response.url
    reason = ", ".join(filter(None, (f"{status} {response.reason_phrase}".strip(), said)))
    if status in _TRANSIENT or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        wait = retry_after(response.headers.get("Retry-After"), datetime.datetime.now(datetime.UTC))
        if wait is None or wait <= LONGEST_RETRY_AFTER:
            return PassingError(reason, wait)
        return SourceError(
            f"{plain(url)}: {reason}: the API asks to wait {wait:.0f} s; nothing was written. "
            "Run again later, or lower `requests_per_second`"
        )
    if response.has_redirect_location:
        target = plain(url.join(response.headers["Location"]))
        advice = f"it redirects to {target}: correct `path` or the URL CONNECTIONS__{connection.upper()}"
    else:
        advice = _ADVICE.get(status, "this will not pass").format(connection=connection.upper())
    return SourceFlawError(f"{plain(url)}: {reason}; {advice}; nothing was written")
