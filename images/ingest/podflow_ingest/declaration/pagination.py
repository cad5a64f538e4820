"""How an API divides a list into pages: `pagination` in the origin of an HTTP dataset."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from podflow_ingest.declaration.columns import Declaration
from podflow_ingest.stage.paths import steps


def _path(text: str) -> str:
    steps(text)
    return text


JsonPath = Annotated[str, Field(min_length=1), AfterValidator(_path)]
Parameter = Annotated[str, Field(min_length=1)]


class _Sized(Declaration):
    size: Annotated[int, Field(ge=1)] | None = None
    """Records to ask for in a page; without it the API decides."""
    size_parameter: Parameter | None = None
    total: JsonPath | None = None
    """Where the page says how many records there are in all pages. The run then checks that all came."""

    @model_validator(mode="after")
    def _size_has_a_parameter(self) -> Self:
        if (self.size is None) != (self.size_parameter is None):
            raise ValueError("size and size_parameter go together")
        return self


class PageNumbers(_Sized):
    """`?page=1`, `?page=2`, ... The end is an empty page, or what `pages` or `total` says."""

    type: Literal["page"]
    parameter: Parameter = "page"
    first: int = 1
    pages: JsonPath | None = None
    """Where the page says how many pages there are."""


class Offsets(_Sized):
    """`?offset=0`, `?offset=<records so far>`, ... The end is an empty page, or what `total` says."""

    type: Literal["offset"]
    parameter: Parameter = "offset"


class CursorPages(_Sized):
    """Each page names the next one's cursor at the path `next`; the last one has none."""

    type: Literal["cursor"]
    parameter: Parameter = "cursor"
    next: JsonPath


class LinkPages(_Sized):
    """Each page has the next one's URL: at the path `next`, or else in the header `Link` with rel="next"."""

    type: Literal["link"]
    next: JsonPath | None = None


class OnePage(Declaration):
    """All records come at once."""

    type: Literal["none"] = "none"


Pagination = Annotated[PageNumbers | Offsets | CursorPages | LinkPages | OnePage, Field(discriminator="type")]
