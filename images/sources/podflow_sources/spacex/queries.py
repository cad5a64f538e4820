"""POST .../query, as far as pipelines need it: conditions on members, order, choice of members, pages."""

from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Document = Mapping[str, Any]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": eq, "$ne": ne, "$gt": gt, "$gte": ge, "$lt": lt, "$lte": le, "$in": lambda value, listed: value in listed,
}  # fmt: skip


class QueryError(Exception):
    """What was asked for is not offered here; the message says what is."""


class Options(BaseModel):
    """How the documents that were found are answered."""

    model_config = ConfigDict(extra="forbid")

    select: dict[str, Literal[1]] = Field(default_factory=dict, description="Members to answer; none: all")
    sort: dict[str, Literal["asc", "desc", 1, -1]] = Field(default_factory=dict)
    page: int = Field(default=1, ge=1)
    limit: int = Field(default=10, ge=1, le=1000)
    pagination: bool = True


class Query(BaseModel):
    """A query: conditions on members by their dotted paths, `{"date_utc": {"$gte": "2020-01-01T00:00:00.000Z"}}`."""

    model_config = ConfigDict(extra="forbid")

    query: dict[str, Any] = Field(default_factory=dict)
    options: Options = Options()


def run(documents: Sequence[Document], asked: Query) -> dict[str, Any]:
    """Return a page of the documents that fulfil all conditions, in the form of mongoose-paginate.

    Raises:
        QueryError: an operator is not known.
    """
    found = [each for each in documents if all(_fulfils(each, path, wanted) for path, wanted in asked.query.items())]
    options = asked.options
    for path, direction in reversed(options.sort.items()):
        found.sort(key=lambda each: _orderly(_member(each, path)), reverse=direction in ("desc", -1))
    limit = options.limit if options.pagination else max(len(found), 1)
    page = options.page if options.pagination else 1
    pages = max(-(-len(found) // limit), 1)
    begin = (page - 1) * limit
    return {
        "docs": [_chosen(each, options.select) for each in found[begin : begin + limit]],
        "totalDocs": len(found), "offset": begin, "limit": limit, "totalPages": pages, "page": page,
        "pagingCounter": begin + 1, "hasPrevPage": page > 1, "hasNextPage": page < pages,
        "prevPage": page - 1 if page > 1 else None, "nextPage": page + 1 if page < pages else None,
    }  # fmt: skip


def _fulfils(document: Document, path: str, wanted: object) -> bool:
    value = _member(document, path)
    conditions = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    unknown = sorted(conditions.keys() - OPERATORS.keys())
    if unknown:
        raise QueryError(f"{path}: {', '.join(unknown)} is not offered; there are {', '.join(OPERATORS)}")
    try:
        return all(OPERATORS[name](value, operand) for name, operand in conditions.items())
    except TypeError:
        return False  # as in MongoDB: values of different types are in no order


def _member(document: Document, path: str) -> Any:
    value: Any = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _orderly(value: object) -> tuple[bool, str, Any]:
    return (value is not None, type(value).__name__, value)


def _chosen(document: Document, select: Mapping[str, object]) -> Document:
    return {name: value for name, value in document.items() if not select or name in select or name == "id"}
