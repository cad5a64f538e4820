import json
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import parse_catalogue, parse_dataset
from podflow_ingest.errors import DeclarationError
from podflow_ingest.kafka import table


def declaration(**changes: Any) -> dict[str, Any]:
    body = {
        "source": "shop",
        "connection": "kafka",
        "name": "orders",
        "description": "",
        "from": {"type": "kafka", "topic": "orders", "fields": {"city": "ship_to.city"}},
        "mode": "append",
        "columns": [{"name": "id", "type": "integer", "nullable": False}, {"name": "city", "type": "text"}],
    }
    return {**body, **changes}


def origin(**changes: Any) -> dict[str, Any]:
    return {"from": {"type": "kafka", "topic": "orders", **changes}}


def test_a_topic_is_a_dataset() -> None:
    dataset = parse_dataset(json.dumps(declaration()))
    assert table.origin(dataset).path("city") == ("ship_to", "city")
    assert table.origin(dataset).path("id") == ("id",)
    assert parse_dataset(dataset.model_dump_json()) == dataset


def test_its_table_has_the_places_of_messages_as_key() -> None:
    whole = table.bronze(parse_dataset(json.dumps(declaration())))
    assert whole.column_names == [
        *("id", "city", "_topic", "_generation", "_partition", "_offset", "_key", "_timestamp"),
    ]
    assert whole.key == ("_topic", "_generation", "_partition", "_offset")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "upsert", "key": ["id"]}, "use `mode: append`"),
        ({"cursor": "id"}, "`cursor` means nothing to a topic"),
        (origin(topic="a b"), "topic: String should match pattern"),
        (origin(fields={"town": "x"}), "`fields` has town, which is no declared column"),
        (origin(fields={"city": "towns[0]"}), "'towns[0]' is not a path of members"),
        (origin(fields={"city": "id"}), "columns id and city overlap"),
        (origin(fields={"city": "id.city"}), "columns id and city overlap: id.city is in id"),
        (origin(fields={"city": "a", "id": "a"}), "fields: a stands for two columns"),
        ({"columns": [{"name": "_offset", "type": "bigint"}]}, "_offset belongs to the sink"),
    ],
)
def test_a_wrong_declaration_says_what_to_write(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_dataset(json.dumps(declaration(**changes)))
    assert message in str(caught.value)


def test_a_dataset_of_a_source_may_come_from_elsewhere() -> None:
    body = declaration()
    catalogue = parse_catalogue(
        "shop.yml",
        {
            "source": "shop",
            "connection": "shop_files",
            "datasets": {"orders": {name: body[name] for name in body.keys() - {"source", "name"}}},
        },
    )
    assert catalogue.datasets["orders"].connection == "kafka"
