import json
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import DeclarationError


def declaration(members: dict[str, Any] | None = None, **origin: Any) -> str:
    body = {
        "source": "shop",
        "connection": "shop_db",
        "name": "orders",
        "description": "",
        "from": {"type": "postgres", "table": "public.orders", **origin},
        "mode": "upsert",
        "key": ["id"],
        "columns": [{"name": "id", "type": "integer", "nullable": False}],
        **(members or {}),
    }
    return json.dumps(body)


def test_a_declaration_is_read_with_its_defaults() -> None:
    dataset = parse_dataset(declaration(table='Sales.Order; "x"'.replace('"', "'")))
    assert dataset.landed_format == CsvFormat()
    assert dataset.origin.schema_and_table == ("Sales", "Order; 'x'")  # type: ignore[union-attr]
    assert parse_dataset(dataset.model_dump_json()) == dataset


@pytest.mark.parametrize("overlap", ["15m", "30s", 0, 1000])
def test_an_overlap_is_a_duration_or_a_number(overlap: Any) -> None:
    origin = parse_dataset(declaration({"cursor": "id"}, delta={"overlap": overlap})).origin
    assert origin.delta.overlap == overlap  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ({"table": "orders"}, "must be <schema>.<table>"),
        ({"table": 'public."orders"'}, "must be <schema>.<table>"),
        ({"table": "a.b.c"}, "must be <schema>.<table>"),
        ({"delta": {}}, "overlap: Field required"),
        ({"delta": {"overlap": -1}}, "greater than or equal to 0"),
        ({"delta": {"overlap": "soon"}}, "match pattern"),
        ({"connections": 9}, "connections: Input should be less than or equal to 8"),
        ({"query": "SELECT 1"}, "query: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_origin_is_refused(origin: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        parse_dataset(declaration(**origin))


DELTA = {"delta": {"overlap": 5}}


@pytest.mark.parametrize(
    ("members", "origin", "message"),
    [
        ({}, DELTA, "`delta` needs `cursor: <column>`, the column that says when a row changed; or leave `delta` out"),
        ({"cursor": "id", "mode": "full"}, DELTA, "mode full cannot be a `delta`: .* or use `mode: upsert`"),
        ({"mode": "append"}, {}, "mode append would add a row again whenever it is read again; use `mode: upsert`"),
        ({}, {"names": {"x": "y"}}, "`names` has x, which is no declared column"),
    ],
)
def test_what_does_not_go_together_is_refused(members: dict[str, Any], origin: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=f"^dataset orders: Value error, {message}"):
        parse_dataset(declaration(members, **origin))
