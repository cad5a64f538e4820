"""Datasets that come from an HTTP API.

For example the lines of all orders that changed since the last day with a delivery:

from:
type: http
path: v1/orders
params: {sort: updated_at}
since: {parameter: updated_since, initial: "2020-01-01T00:00:00Z", overlap: 10m}
pagination: {type: cursor, parameter: after, next: meta.next, size: 500, size_parameter: limit}
records: data
fields: {order_id: id, line: "lines[#]", sku: "lines[].product.sku", updated_at: updated_at}
requests_per_second: 5
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from podflow_ingest.declaration.columns import Declaration, Identifier
from podflow_ingest.declaration.formats import Format, ParquetFormat
from podflow_ingest.stage.paths import exploded_list, field_path, steps

PLACEHOLDERS = ("{date}", "{next_date}")
"""In `path` and `params`: the run's date, and the day after it."""


def _path(text: str) -> str:
    steps(text)
    return text


def _field(text: str) -> str:
    field_path(text)
    return text


def _url_path(text: str) -> str:
    if "://" in text or "?" in text or "#" in text or ".." in text.split("/"):
        raise ValueError("must be a path below the connection's URL; parameters go into `params`")
    return text


JsonPath = Annotated[str, Field(min_length=1), AfterValidator(_path)]
FieldPathText = Annotated[str, AfterValidator(_field)]
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


class Since(Declaration):
    """A delta by cursor: only records at or after the highest value of the dataset's `cursor` column landed so far."""

    parameter: Parameter
    initial: str | None = None
    """What the first run asks for; without it the first run does not send the parameter."""
    overlap: Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")] | None = None
    """How far to go back behind the cursor, for records that the source commits late."""


class HttpOrigin(Declaration):
    """Pages of JSON below the connection's URL, flattened in the stage layer."""

    type: Literal["http"]
    path: Annotated[str, AfterValidator(_url_path)]
    params: dict[Parameter, str | int | bool] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers that are no secret; secrets come from the connection (CONNECTION_HEADERS__<NAME>__<HEADER>)."""
    pagination: Pagination = OnePage()
    records: JsonPath | None = None
    """Where the page has its list of records; without it the page itself is the list, or the one record."""
    fields: dict[Identifier, FieldPathText] = Field(default_factory=dict)
    """Each column's path in a record; a column that is not here has its own name as its path."""
    since: Since | None = None
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    """For connecting, and for each pause within an answer."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    """How often a request is tried when the failure may pass."""

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return ParquetFormat()

    @model_validator(mode="after")
    def _one_list_is_exploded(self) -> Self:
        exploded_list(field_path(path) for path in self.fields.values())
        return self
