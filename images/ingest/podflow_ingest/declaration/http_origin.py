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

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from podflow_ingest.declaration.columns import Declaration, Identifier, Mode
from podflow_ingest.declaration.formats import Format, ParquetFormat
from podflow_ingest.declaration.pagination import JsonPath, OnePage, Pagination, Parameter
from podflow_ingest.stage.paths import exploded_list, field_path

PLACEHOLDERS = ("{date}", "{next_date}")
"""In `path` and `params`: the run's date, and the day after it."""
_TIMES = ("date", "timestamp", "text", "varchar", "char")
"""Types of a cursor that can go back by a duration; of texts, the values tell."""


def _field(text: str) -> str:
    field_path(text)
    return text


def _url_path(text: str) -> str:
    if "://" in text or "?" in text or "#" in text or ".." in text.split("/"):
        raise ValueError("must be a path below the connection's URL; parameters go into `params`")
    return text


FieldPathText = Annotated[str, AfterValidator(_field)]


class Since(Declaration):
    """A delta by cursor: only records at or after the highest value of the dataset's `cursor` column landed so far."""

    parameter: Parameter
    initial: str | None = None
    """What the first run asks for; without it the first run does not send the parameter."""
    overlap: Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")] | None = None
    """How far to go back behind the cursor, for records that the source commits late."""

    def contradiction(self, cursor: str | None, fields: Mapping[str, str], columns: Mapping[str, str]) -> str | None:
        """Return why it cannot go by this cursor, and what to write instead; None if it can."""
        if cursor is None:
            return "`since` needs `cursor: <column>`, the column that says when a record changed; or leave `since` out"
        if field_path(fields.get(cursor, cursor)).exploded:
            return f"`since` needs a `cursor` whose path has no `[]`, which {cursor} has"
        if self.overlap is not None and not columns[cursor].startswith(_TIMES):
            return (
                f"`overlap` needs a cursor that is a date or a time, {cursor} is {columns[cursor]}; leave `overlap` out"
            )
        return None


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

    def contradiction(self, mode: Mode, cursor: str | None, columns: Mapping[str, str]) -> str | None:
        """Return what does not go with the rest of the declaration, and what to write instead; None if all does.

        `columns` are types by names.
        """
        unknown = sorted(self.fields.keys() - columns.keys())
        if unknown:
            return f"`fields` has {', '.join(unknown)}, which is no declared column"
        if self.since is None:
            return None
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
        return self.since.contradiction(cursor, self.fields, columns)
