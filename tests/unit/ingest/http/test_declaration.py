import json
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import parse_catalogue, parse_dataset
from podflow_ingest.declaration.formats import ParquetFormat
from podflow_ingest.errors import DeclarationError
from tests.unit.ingest.http.conftest import LAUNCHES


def declared(members: dict[str, Any] | None = None, **origin: Any) -> Any:
    return parse_dataset(json.dumps({**LAUNCHES, **(members or {}), "from": {**LAUNCHES["from"], **origin}}))


def test_an_api_is_declared_with_its_defaults() -> None:
    dataset = declared()
    assert dataset.origin.pagination.type == "none"
    assert (dataset.origin.attempts, dataset.origin.timeout_seconds) == (5, 30)
    assert dataset.landed_format == ParquetFormat()
    assert parse_dataset(dataset.model_dump_json()) == dataset


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ({"path": "https://elsewhere.example/v4"}, "must be a path below the connection's URL"),
        ({"path": "v4?key=1"}, "parameters go into `params`"),
        ({"path": "../admin"}, "must be a path below"),
        ({"records": "$.docs[*]"}, "is not a path such as"),
        ({"fields": {"id": "a[].b[].c"}}, r"one `\[\]` at most"),
        ({"fields": {"id": "a[].b", "name": "c[].d"}}, "must go through the same list"),
        ({"pagination": {"type": "pages"}}, "pagination: Input tag 'pages' found using 'type' does not match"),
        ({"pagination": {"type": "cursor"}}, "next: Field required"),
        ({"pagination": {"type": "page", "size": 10}}, "size and size_parameter go together"),
        ({"since": {"parameter": "since", "overlap": "soon"}}, "overlap: String should match pattern"),
        ({"requests_per_second": 0}, "requests_per_second: Input should be greater than 0"),
        ({"attempts": 0}, "attempts: Input should be greater than or equal to 1"),
        ({"secret": "x"}, "secret: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_declaration_is_named(origin: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message) as caught:
        declared(**origin)
    assert str(caught.value).startswith("dataset launches: from.")


SINCE = {"parameter": "since"}
UPDATED = {"cursor": "updated_at"}


@pytest.mark.parametrize(
    ("members", "origin", "message"),
    [
        (
            {},
            {"since": SINCE},
            "`since` needs `cursor: <column>`, the column that says when a record changed; or",
        ),
        (
            UPDATED,
            {"since": SINCE, "fields": {"updated_at": "events[].at"}},
            "`since` needs a `cursor` whose path has no `[]`, which updated_at has",
        ),
        (
            {"cursor": "id"},
            {"since": {**SINCE, "overlap": "1h"}},
            "`overlap` needs a cursor that is a date or a time, id is integer; leave `overlap` out",
        ),
        (
            {**UPDATED, "mode": "full"},
            {"since": SINCE},
            "mode full cannot be a delta: records that `since` leaves out would count as vanished; leave `since` out",
        ),
        ({**UPDATED, "mode": "append"}, {"since": SINCE}, "mode append would add the records at the cursor again"),
        ({}, {"fields": {"title": "name"}}, "`fields` has title, which is no declared column"),
        ({}, {"fields": {"name": "{date}"}}, "{date} is a day: declare name as date, not text"),
        (
            {"cursor": "day", "columns": [*LAUNCHES["columns"], {"name": "day", "type": "date"}]},
            {"since": SINCE, "fields": {"day": "{date}"}},
            "`since` needs a `cursor` that the records have, which day is not",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_asked(
    members: dict[str, Any], origin: dict[str, Any], message: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        declared(members, **origin)
    assert str(caught.value).startswith(f"dataset launches: Value error, {message}")
    assert str(caught.value).endswith("; correct it in dags/catalog/")


def test_the_catalogue_names_the_dataset_that_contradicts_itself() -> None:
    body = {name: member for name, member in LAUNCHES.items() if name not in ("source", "connection", "name")}
    body["from"] = {**body["from"], "since": SINCE}
    content = {"source": "space", "connection": "space_api", "datasets": {"launches": body}}
    with pytest.raises(DeclarationError, match=r"^space\.yml: datasets\.launches: Value error, `since` needs `cursor:"):
        parse_catalogue("space.yml", content)
