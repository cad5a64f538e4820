"""The chain's API: three lists, in pages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from podflow_sources.retail.customers import Customer, customers
from podflow_sources.retail.days import LAST_DAY
from podflow_sources.retail.products import Product, products
from podflow_sources.retail.sales import Sale, sales

LARGEST_PAGE = 1000
Record = TypeVar("Record", bound=BaseModel)


class Page(BaseModel, Generic[Record]):
    """A part of a list; behind the last page there are empty ones."""

    date: date
    page: int
    pages: int
    total: int = Field(description="Records in all pages")
    items: list[Record]


class AskedPart(BaseModel):
    """Which part of a list is asked for."""

    page: int = Field(default=1, ge=1)
    page_size: int = Field(default=100, ge=1, le=LARGEST_PAGE)


class AskedState(AskedPart):
    """Part of a list as it was on a day."""

    day: date | None = Field(None, alias="date", le=LAST_DAY, description="As of the end of that day; default: today")


class AskedDay(AskedPart):
    """Part of what happened on a day."""

    day: date = Field(alias="date", le=LAST_DAY, description="The same day has always the same answer")


def routes(seed: int) -> APIRouter:
    """Return the API of the chain that the seed makes."""
    router = APIRouter(tags=["retail"])

    @router.get("/customers")
    def list_customers(asked: Annotated[AskedState, Query()]) -> Page[Customer]:
        """All customers, as they were known at the end of the day."""
        day = asked.day or _today()
        return _page(customers(seed, day), day, asked)

    @router.get("/products")
    def list_products(asked: Annotated[AskedState, Query()]) -> Page[Product]:
        """The whole price list, as it was at the end of the day."""
        day = asked.day or _today()
        return _page(products(seed, day), day, asked)

    @router.get("/sales")
    def list_sales(asked: Annotated[AskedDay, Query()]) -> Page[Sale]:
        """What was sold on that day, as the tills sent it: some lines come twice, some are corrected later."""
        return _page(sales(seed, asked.day), asked.day, asked)

    return router


def _page(records: Sequence[Record], day: date, part: AskedPart) -> Page[Record]:
    begin = (part.page - 1) * part.page_size
    return Page(
        date=day,
        page=part.page,
        pages=-(-len(records) // part.page_size),
        total=len(records),
        items=list(records[begin : begin + part.page_size]),
    )


def _today() -> date:
    return datetime.now(UTC).date()
