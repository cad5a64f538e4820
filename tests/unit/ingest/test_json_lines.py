import csv
import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podflow_ingest.declaration.columns import Column
from podflow_ingest.flaws.json_lines import copyable, examined
from podflow_ingest.flaws.record import RefusedRecordError

A = [Column(name="a", type="text")]
AND_CLASS = [*A, Column(name="class", type="text")]
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.lists(st.dictionaries(st.sampled_from(["a", "class", "other"]), VALUES), max_size=8)


def as_copied(value: Any) -> str | None:
    """What COPY makes of a value: the text for Postgres to cast, None for NULL."""
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def rows(text: bytes) -> list[list[str | None]]:
    """Read as COPY does: an unquoted null is no value, a quoted one is a text."""
    marked = io.StringIO(text.decode(), newline="")
    return [[None if field == "null" else field for field in row] for row in csv.reader(marked)]


@given(OBJECTS, st.booleans(), st.integers(1, 60))
@example([{"a": 'with "quotes", \\ and\nlines'}], False, 7)
def test_every_value_comes_through_as_it_is(objects: list[dict[str, Any]], ascii_only: bool, step: int) -> None:
    data = "".join(json.dumps(each, ensure_ascii=ascii_only) + "\n" for each in objects).encode()
    stream = (data[at : at + step] for at in range(0, len(data), step))
    expected = [
        [None if text in (None, "null") else text for text in (as_copied(each.get("a")), as_copied(each.get("class")))]
        for each in objects
    ]
    found = rows(b"".join(copyable(stream, AND_CLASS)))
    assert [[_compact(value) for value in row] for row in found] == [[_compact(v) for v in row] for row in expected]
    one_by_one = list(examined([data], AND_CLASS, first_line=1))
    assert [record.flaw for record in one_by_one] == [None] * len(objects)
    assert rows(b"".join(record.copied for record in one_by_one)) == found


def _compact(text: str | None) -> str | None:
    """The same text for the same JSON: spaces in lists and objects, and escapes in them, are the source's."""
    try:
        return json.dumps(json.loads(text)) if text and text[0] in "[{" else text
    except ValueError:
        return text


def test_a_text_that_says_null_is_not_null() -> None:
    assert b"".join(copyable([b'{"a": "null"}\n{"a": null}\n{}\n'], A)) == b'"null"\nnull\nnull\n'


def test_a_number_keeps_its_digits() -> None:
    number = b"12345678901234567890.12345678901234567890"
    assert b"".join(copyable([b'{"a": ' + number + b"}\n"], A)) == number + b"\n"


def test_a_string_for_a_jsonb_column_stays_a_string_of_json() -> None:
    column = [Column(name="a", type="jsonb")]
    data = rb"""{"a": "x\"y"}""" + b'\n{"a": {"b": "c"}}\n{"a": 1}\n{"a": null}\n'
    assert b"".join(copyable([data], column)) == rb'''"""x\""y"""''' + b'\n"{""b"": ""c""}"\n1\nnull\n'


def test_a_byte_order_mark_and_a_missing_last_newline_do_no_harm() -> None:
    assert b"".join(copyable([b'\xef\xbb\xbf{"a": 1}\n{"a": 2}'], A)) == b"1\n2\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "an empty line"),
        (b"  ", "an empty line"),
        (b"{", "not JSON: "),
        (b'{"a": NaN}', "not JSON: "),
        (b'{"a": 1} {"a": 2}', "not JSON: "),
        (b"[1]", "not a JSON object: "),
        (b"17", "not a JSON object: "),
        (b'{"a": "\xff"}', "byte 8 (0xff) is not utf-8"),
        (b'{"a": "x\0"}', "not JSON: "),
        (rb'{"a": "x\u0000"}', r"\u0000 in a string"),
        (rb'{"a": "x\ud800"}', "not JSON: "),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "maximum recursion depth exceeded"),
    ],
)
def test_a_line_that_is_no_object_is_refused_and_told_from_its_neighbours(line: bytes, reason: str) -> None:
    data = b'{"a": 1}\n' + line + b'\n{"a": 3}\n'
    found = list(examined([data], A, first_line=5))
    assert [(record.line, record.copied) for record in found] == [(5, b"1\n"), (6, b""), (7, b"3\n")]
    assert found[1].flaw is not None
    assert reason in found[1].flaw
    with pytest.raises(RefusedRecordError):
        list(copyable([data], A))
