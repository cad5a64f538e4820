import json
from typing import Any

import msgspec
import pytest

from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.stage.flatten import Flattener, Flawed

ORDERS: dict[str, Any] = {
    "source": "shop",
    "connection": "api",
    "name": "order_lines",
    "description": "",
    "from": {
        "type": "http",
        "path": "orders",
        "fields": {"order_id": "id", "line": "lines[#]", "sku": "lines[].product.sku", "city": "customer.address.city"},
    },
    "mode": "upsert",
    "key": ["order_id", "line"],
    "columns": [
        {"name": "order_id", "type": "bigint", "nullable": False},
        {"name": "line", "type": "integer", "nullable": False},
        {"name": "sku", "type": "char(3)", "nullable": False},
        {"name": "city", "type": "text"},
        {"name": "paid", "type": "boolean"},
    ],
}


def flattener(declaration: dict[str, Any]) -> Flattener:
    dataset: Dataset = parse_dataset(json.dumps(declaration))
    assert isinstance(dataset.origin, HttpOrigin)
    return Flattener(dataset, dataset.origin, "2026-11-20")


def rows(record: str, declaration: dict[str, Any] = ORDERS) -> list[Any]:
    found = flattener(declaration).rows(msgspec.Raw(record.encode()))
    return [row.reason if isinstance(row, Flawed) else row for row in found]


def line(sku: object) -> dict[str, Any]:
    return {"product": {"sku": sku}}


def test_each_element_of_the_list_is_a_row_with_the_records_own_values() -> None:
    order = {"id": 7, "customer": {"address": {"city": "Oslo"}}, "paid": True, "lines": [line("abc"), line("abd")]}
    assert rows(json.dumps(order)) == [[7, 1, "abc", "Oslo", True], [7, 2, "abd", "Oslo", True]]


@pytest.mark.parametrize("lines", ["[]", "null"])
def test_a_record_with_an_empty_list_is_no_row(lines: str) -> None:
    assert rows(f'{{"id": 7, "lines": {lines}}}') == []
    assert rows('{"id": 7}') == []


def test_a_bad_element_is_rejected_with_all_reasons_and_the_others_are_taken() -> None:
    order = {"id": 7, "paid": "maybe", "lines": [line("abcd"), {"product": None}]}
    assert rows(json.dumps(order)) == [
        "sku: 'abcd' is too long for char(3); paid: 'maybe' is no boolean",
        "sku: required, but missing; paid: 'maybe' is no boolean",
    ]
    assert rows(json.dumps({**order, "paid": None, "lines": [line("abcd"), line("abc")]})) == [
        "sku: 'abcd' is too long for char(3)",
        [7, 2, "abc", None, None],
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"id": 7, "lines": {"a": 1}}', "lines is no list"),
        ("7", "neither an object nor a list"),
        ("null", "neither an object nor a list"),
        ('{"id": 7, "lines": [] "paid": true}', "not JSON: "),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + ', "lines": [1]}', "order_id: .* is out of range for bigint|not JSON"),
    ],
)
def test_a_record_that_cannot_be_rows_is_rejected_as_a_whole(record: str, reason: str) -> None:
    (found,) = rows(record)
    with pytest.raises(ValueError, match=reason):
        raise ValueError(found)


def test_bad_utf8_in_one_record_is_its_own_trouble() -> None:
    raw = b'{"id": 7, "paid": "\xff"}'
    (flawed,) = flattener(ORDERS).rows(msgspec.Raw(raw))
    assert isinstance(flawed, Flawed)
    assert "utf-8" in flawed.reason
    assert flawed.raw == raw


def test_a_bad_element_comes_with_its_rows_values_and_not_with_its_whole_record() -> None:
    order = {"id": 7, "paid": 1.50, "note": "x" * 1000, "lines": [line("abcd")]}
    (flawed,) = flattener(ORDERS).rows(msgspec.Raw(json.dumps(order).encode()))
    assert isinstance(flawed, Flawed)
    assert flawed.raw == b'{"order_id":7,"line":1,"sku":"abcd","city":null,"paid":1.5}'


def test_a_column_without_a_path_has_its_name_as_its_path() -> None:
    plain = {**ORDERS, "key": ["order_id"], "from": {"type": "http", "path": "orders"}}
    assert rows('{"order_id": "7", "line": 1, "sku": "a", "lines": []}', plain) == [[7, 1, "a", None, None]]
