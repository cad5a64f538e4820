"""Which request comes after a page, by each of the declared ways."""

from dataclasses import dataclass
from typing import Protocol

from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.declaration.pagination import CursorPages, LinkPages, Offsets, OnePage, PageNumbers, Pagination
from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_ingest.http.client import Api
from podflow_ingest.http.pages import Page
from podflow_ingest.http.refusals import plain
from podflow_ingest.http.request import Request
from podflow_ingest.stage.paths import steps


class Pager(Protocol):
    """One way of going from page to page."""

    def first(self, request: Request) -> Request:
        """Return the request for the first page, `request` being the dataset's."""
        ...

    def following(self, request: Request, page: Page, records: int) -> Request | None:
        """Return the request after `request`, whose page this is; `records` came so far. None after the last page."""
        ...


@dataclass(frozen=True)
class _Single:
    def first(self, request: Request) -> Request:
        return request

    def following(self, request: Request, page: Page, records: int) -> Request | None:  # noqa: ARG002  # the last
        return None


@dataclass(frozen=True)
class _Numbered:
    declared: PageNumbers

    def first(self, request: Request) -> Request:
        return request.asking(self.declared.parameter, self.declared.first)

    def following(self, request: Request, page: Page, records: int) -> Request | None:
        number = int(request.parameter(self.declared.parameter))
        pages = _number(page, self.declared.pages, request)
        if _is_end(page, pages, number + 1 - self.declared.first) or _is_end(
            page, _total(page, self, request), records
        ):
            return None
        return request.asking(self.declared.parameter, number + 1)


@dataclass(frozen=True)
class _Offset:
    declared: Offsets

    def first(self, request: Request) -> Request:
        return request.asking(self.declared.parameter, 0)

    def following(self, request: Request, page: Page, records: int) -> Request | None:
        if _is_end(page, _total(page, self, request), records):
            return None
        # By what came, not by what was asked for: an API may give fewer records than that.
        return request.asking(self.declared.parameter, records)


@dataclass(frozen=True)
class _Cursor:
    declared: CursorPages

    def first(self, request: Request) -> Request:
        return request

    def following(self, request: Request, page: Page, records: int) -> Request | None:  # noqa: ARG002  # the page says
        cursor = page.value(steps(self.declared.next))
        if cursor is None or cursor == "" or cursor is False:
            return None
        if not isinstance(cursor, str | int):
            raise SourceFlawError(
                f"{plain(request.url)}: `next: {self.declared.next}` is no cursor; nothing was written"
            )
        return request.asking(self.declared.parameter, cursor)


@dataclass(frozen=True)
class _Link:
    declared: LinkPages
    api: Api

    def first(self, request: Request) -> Request:
        return request

    def following(self, request: Request, page: Page, records: int) -> Request | None:  # noqa: ARG002  # the page says
        link = page.next_link if self.declared.next is None else page.value(steps(self.declared.next))
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise SourceFlawError(f"{plain(request.url)}: `next: {self.declared.next}` is no URL; nothing was written")
        return Request(self.api.joined(request.url, link))


def pager_of(origin: HttpOrigin, api: Api) -> Pager:
    """Return the way that the origin declares."""
    match origin.pagination:
        case PageNumbers() as declared:
            return _Numbered(declared)
        case Offsets() as declared:
            return _Offset(declared)
        case CursorPages() as declared:
            return _Cursor(declared)
        case LinkPages() as declared:
            return _Link(declared, api)
        case OnePage():
            return _Single()


def check_total(pagination: Pagination, request: Request, page: Page, records: int) -> None:
    """Compare the records that came with the `total` of the last page, if one is declared.

    Raises:
        SourceError: fewer came: records moved to pages that were read before.
    """
    total = None if isinstance(pagination, OnePage) else _number(page, pagination.total, request)
    if total is not None and records < total:
        raise SourceError(
            f"{plain(request.url)}: {records} records came, the API says {total}: they changed while they were read; "
            "nothing was written. Run again, or sort by a parameter that does not change"
        )


def _is_end(page: Page, last: int | None, reached: int) -> bool:
    return not page.records or (last is not None and reached >= last)


def _total(page: Page, pager: _Numbered | _Offset, request: Request) -> int | None:
    return _number(page, pager.declared.total, request)


def _number(page: Page, path: str | None, request: Request) -> int | None:
    # A page without a body has no records either, which is an end of its own.
    if path is None or not page.body:
        return None
    found = page.value(steps(path))
    if isinstance(found, str) and found.isdigit():
        return int(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise SourceFlawError(f"{plain(request.url)}: there is no number at `{path}`; nothing was written")
