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

Where the API takes a query as the body of a POST, parameters are paths into that body:

from:
type: http
path: v4/launches/query
method: POST
body: {query: {upcoming: false}, options: {sort: {date_utc: asc}}}
since: {parameter: query.date_utc.$gte, overlap: 30d}
pagination: {type: page, parameter: options.page, size: 100, size_parameter: options.limit, pages: totalPages}
records: docs
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from podflow_ingest.declaration.columns import Declaration, Identifier, Mode
from podflow_ingest.declaration.formats import Format, ParquetFormat
from podflow_ingest.declaration.pagination import (
    CursorPages,
    JsonPath,
    Offsets,
    OnePage,
    PageNumbers,
    Pagination,
    Parameter,
)
from podflow_ingest.declaration.since import Since
from podflow_ingest.stage.paths import DELIVERY_DATE, exploded_list, field_path, steps, with_value

PLACEHOLDERS = ("{date}", "{next_date}")
"""In `path`, `params` and the texts of `body`: the run's date, and the day after it."""


def _field(text: str) -> str:
    field_path(text)
    return text


def _url_path(text: str) -> str:
    if "://" in text or "?" in text or "#" in text or ".." in text.split("/"):
        raise ValueError("must be a path below the connection's URL; parameters go into `params`")
    return text


FieldPathText = Annotated[str, AfterValidator(_field)]


class HttpOrigin(Declaration):
    """Pages of JSON below the connection's URL, flattened in the stage layer."""

    type: Literal["http"]
    path: Annotated[str, AfterValidator(_url_path)]
    method: Literal["GET", "POST"] = "GET"
    """POST is for APIs that take a query so; it is repeated after a failure, so it must not change anything there."""
    params: dict[Parameter, str | int | bool] = Field(default_factory=dict)
    """Parameters of the URL."""
    body: dict[str, JsonValue] | None = None
    """JSON of a POST. The parameters of `pagination` and `since` are set in it, at paths such as options.page."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers that are no secret; secrets come from the connection (CONNECTION_HEADERS__<NAME>__<HEADER>)."""
    pagination: Pagination = OnePage()
    records: JsonPath | None = None
    """Where the page has its list of records; without it the page itself is the list, or the one record."""
    fields: dict[Identifier, FieldPathText] = Field(default_factory=dict)
    """Each column's path in a record, or {date}, the delivery's day; a column that is not here has its own name."""
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

    @model_validator(mode="after")
    def _parameters_find_a_place(self) -> Self:
        if self.method == "GET":
            if self.body is not None:
                raise ValueError("`body` goes with `method: POST`")
            return self
        if self.pagination.type == "link":
            raise ValueError("links to the next page are followed by GET; with `method: POST` use another `pagination`")
        body: dict[str, Any] = self.body or {}
        for path in self._changing():
            try:
                body = with_value(body, steps(path), "")
            except ValueError as error:
                raise ValueError(f"`body` has no place for the parameter {path}: {error}") from None
        return self

    def _changing(self) -> list[str]:
        """Return the parameters that differ from run to run and from page to page."""
        found = [] if self.since is None else [self.since.parameter]
        if isinstance(self.pagination, PageNumbers | Offsets | CursorPages):
            found += filter(None, (self.pagination.parameter, self.pagination.size_parameter))
        return found

    def contradiction(self, mode: Mode, cursor: str | None, columns: Mapping[str, str]) -> str | None:
        """Return what does not go with the rest of the declaration, and what to write instead; None if all does.

        `columns` are types by names.
        """
        unknown = sorted(self.fields.keys() - columns.keys())
        if unknown:
            return f"`fields` has {', '.join(unknown)}, which is no declared column"
        wrong = self._misused_day(cursor, columns)
        if wrong is not None or self.since is None:
            return wrong
        if mode == "full":
            return (
                "mode full cannot be a delta: records that `since` leaves out would count as vanished; "
                "leave `since` out, or use `mode: upsert`"
            )
        if mode == "append":
            return (
                "mode append would add the records at the cursor again with each `since`; "
                "use `mode: upsert`, with a key"
            )
        return self.since.contradiction(cursor, self.fields, columns, in_body=self.method == "POST")

    def _misused_day(self, cursor: str | None, columns: Mapping[str, str]) -> str | None:
        for name in (name for name, path in self.fields.items() if path == DELIVERY_DATE):
            if columns[name] != "date":
                return f"{DELIVERY_DATE} is a day: declare {name} as date, not {columns[name]}"
            if self.since is not None and name == cursor:
                return f"`since` needs a `cursor` that the records have, which {name} is not"
        return None
