"""Reading all pages of a dataset, one after another."""

import httpx

from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.errors import SourceFlawError
from podflow_ingest.http.client import Api
from podflow_ingest.http.delta import Furthest
from podflow_ingest.http.pages import NotJsonError, Page, WrongShapeError, read_page
from podflow_ingest.http.pagination import check_total, pager_of
from podflow_ingest.http.refusals import plain
from podflow_ingest.http.request import Request
from podflow_ingest.http.spool import Spool
from podflow_ingest.stage.paths import Steps, steps
from podflow_task.log import event

REPORTED = 100
"""Pages between two lines of the log."""


def read_all(api: Api, origin: HttpOrigin, request: Request, spool: Spool, furthest: Furthest | None) -> None:
    """Read from `request` to the last page into the spool, and show each record to `furthest`.

    Raises:
        SourceError: the API fails, refuses, or sends what does not fit the declaration.
    """
    pager = pager_of(origin, api)
    path = None if origin.records is None else steps(origin.records)
    following: Request | None = pager.first(request)
    # Hashes: the requests for a hundred thousand pages would be 20 MB.
    seen: set[int] = set()
    while following is not None:
        current = following
        if hash(current) in seen:
            raise SourceFlawError(
                f"{plain(current.url)}: the API leads back to a page that was read before, after {len(seen)} pages; "
                "nothing was written. Check `pagination`"
            )
        seen.add(hash(current))
        page = _page(api, current, path)
        if page.records:
            spool.add(page.body, len(page.records))
        if furthest is not None:
            furthest.see_all(page.records)
        if len(seen) % REPORTED == 0:
            event("pages", pages=len(seen), rows=spool.records, bytes=spool.size)
        try:
            following = pager.following(current, page, spool.records)
        except NotJsonError as error:
            raise SourceFlawError(f"{plain(current.url)}: {error}; nothing was written") from None
    check_total(origin.pagination, current, page, spool.records)


def _page(api: Api, request: Request, path: Steps | None) -> Page:
    def read(body: bytes, headers: httpx.Headers) -> Page:
        return read_page(body, path, _next_link(headers))

    try:
        return api.ask(request, read)
    except WrongShapeError as error:
        raise SourceFlawError(f"{plain(request.url)}: {error}; nothing was written. Check `records`") from None


def _next_link(headers: httpx.Headers) -> str | None:
    links = httpx.Response(200, headers={"Link": headers.get("Link", "")}).links
    return links.get("next", {}).get("url")
