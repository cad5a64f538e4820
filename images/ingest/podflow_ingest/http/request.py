"""One request to an API: a URL to get, or a URL and a JSON body to post there."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx
import msgspec

from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.stage.paths import steps, value_at, with_value

_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class Request:
    """What is asked for. A parameter is one of the URL's, or a path into the body where there is one."""

    url: httpx.URL
    body: Mapping[str, Any] | None = None

    @property
    def method(self) -> str:
        """How it is asked for."""
        return "GET" if self.body is None else "POST"

    @property
    def content(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else _JSON.encode(self.body)

    def __hash__(self) -> int:
        return hash((str(self.url), self.content))

    def parameter(self, name: str) -> Any:
        """Return the value of a parameter, None if the request has none of that name."""
        return self.url.params.get(name) if self.body is None else value_at(self.body, steps(name))

    def asking(self, name: str, value: object) -> Self:
        """Return the same request with another value of a parameter."""
        if self.body is None:
            return replace(self, url=self.url.copy_set_param(name, value))
        return replace(self, body=with_value(self.body, steps(name), value))


def first_request(url: httpx.URL, origin: HttpOrigin, date: datetime.date, since: object | None) -> Request:
    """Return what a run asks for first, but for the page; `since` is where a delta begins, None if it says nothing."""
    parameters = {name: filled(_plain(value), date) for name, value in origin.params.items()}
    body = _filled(origin.body or {}, date) if origin.method == "POST" else None
    request = Request(url.copy_merge_params(parameters), body)
    pagination = origin.pagination
    if pagination.type != "none" and pagination.size is not None and pagination.size_parameter is not None:
        request = request.asking(pagination.size_parameter, pagination.size)
    if origin.since is not None and since is not None:
        request = request.asking(origin.since.parameter, since)
    return request


def filled(text: str, date: datetime.date) -> str:
    """Return a declared text with its placeholders replaced by the run's date and the day after."""
    following = date + datetime.timedelta(days=1)
    return text.replace("{date}", date.isoformat()).replace("{next_date}", following.isoformat())


def _filled(value: Any, date: datetime.date) -> Any:
    """Return a declared part of a body with the placeholders in its texts replaced."""
    if isinstance(value, dict):
        return {name: _filled(member, date) for name, member in value.items()}
    if isinstance(value, list):
        return [_filled(element, date) for element in value]
    return filled(value, date) if isinstance(value, str) else value


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
