"""Values of messages as lines of CSV. What Postgres says of them is in tests/integration/ingest/kafka."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.declaration.columns import Column
from podflow_ingest.declaration.kafka_origin import KafkaOrigin
from podflow_ingest.kafka.values import Values

ORIGIN = KafkaOrigin(type="kafka", topic="orders", fields={"city": "ship_to.place.city", "street": "ship_to.street"})
TEXTS = [Column(name=name, type="text") for name in ("id", "city", "street", "class")]


def values(*required: str, **types: str) -> Values:
    columns = [
        Column(name=column.name, type=types.get(column.name, "text"), nullable=column.name not in required)
        for column in TEXTS
    ]
    return Values(columns, ORIGIN)


def line(value: Any, made: Values | None = None) -> bytes | str:
    """Return a value's line, or why it has none."""
    given_value = value if isinstance(value, bytes) else json.dumps(value).encode()
    found = (made or values()).lines([given_value])
    return found.flaws.get(0, found.lines[0])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"id": "a", "ship_to": {"place": {"city": "b"}, "street": "c"}, "class": "d"}, b'"a","b","c","d"'),
        ({}, b"null,null,null,null"),
        ({"id": 1, "class": True, "ship_to": None}, b"1,null,null,true"),
        ({"ship_to": {"place": None, "street": "x"}}, b'null,null,"x",null'),
        ({"id": 'say "no"'}, b'"say ""no""",null,null,null'),
        ({"id": {"a": "b"}}, b'"{""a"": ""b""}",null,null,null'),
        ({"id": "null", "class": "{[\\"}, b'"null",null,null,"{[\\"'),
        (b'{"id":1.50e3,"id":2.0}', b"2.0,null,null,null"),
    ],
)
def test_fields_are_found_by_their_paths(value: Any, expected: bytes) -> None:
    assert line(value) == expected


def test_in_a_column_of_jsonb_a_text_stays_one_of_json() -> None:
    assert line({"id": "a", "class": [1, "b"]}, values(id="jsonb", **{"class": "jsonb"})) == (
        b'"""a""",null,null,"[1, ""b""]"'
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"id": None}, "id: required, but null"),
        ({}, "Object missing required field `id`"),
        ({"id": "a", "ship_to": "here"}, "Expected `object | null`, got `str` - at `$.ship_to`"),
        (b"", "an empty message"),
        (b'{"id": "\xff"}', "byte 9 (0xff) is not utf-8"),
        (b'{"id": "\\u0000"}', r"\u0000 in a string: Postgres has no such character"),
    ],
)
def test_what_is_wrong_is_told(value: Any, reason: str) -> None:
    assert line(value, values("id")) == reason


def test_what_is_required_in_an_object_requires_the_object() -> None:
    assert line({"id": "a"}, values("city")) == "Object missing required field `ship_to`"
    assert line({"ship_to": {"place": {"city": None}}}, values("city")) == "city: required, but null"


def test_one_column_alone_is_a_line_too() -> None:
    assert Values([Column(name="id", type="text")], KafkaOrigin(type="kafka", topic="t")).lines(
        [b'{"id":"a"}']
    ).lines == [b'"a"']


def test_flaws_are_told_by_their_place_and_spoil_nothing_else() -> None:
    good = [b'{"id":"%d"}' % number for number in range(100)]
    mixed: list[bytes | None] = [*good]
    mixed[10], mixed[50], mixed[51], mixed[99] = b"{", None, b'{"id":"\xfe"}', b'{"id":"\\u0000"}'
    found = values().lines(mixed)
    assert sorted(found.flaws) == [10, 50, 51, 99]
    clean = values().lines(good).lines
    assert [each for index, each in enumerate(found.lines) if index not in found.flaws] == [
        each for index, each in enumerate(clean) if index not in found.flaws
    ]


@given(
    st.lists(st.one_of(st.binary(max_size=30), st.builds(lambda text: json.dumps({"id": text}).encode(), st.text())))
)
def test_together_they_are_as_each_by_itself(given_values: list[bytes]) -> None:
    made = values("id")
    together = made.lines(given_values)
    for index, value in enumerate(given_values):
        alone = made.lines([value])
        assert together.flaws.get(index) == alone.flaws.get(0)
        if index not in together.flaws:
            assert together.lines[index] == alone.lines[0]
