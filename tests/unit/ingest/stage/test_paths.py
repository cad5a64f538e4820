from typing import Any

import pytest

from podflow_ingest.stage.paths import FieldPath, exploded_list, field_path, steps, value_at

DOCUMENT: Any = {"a": {"b": [{"c": 1}, {"c": 2}], "": 3}, "x y-z": None, "0": "zero"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b[1].c", 2),
        ("a.b[2].c", None),
        ("a.b", [{"c": 1}, {"c": 2}]),
        ("a.b.c", None),
        ("a.nothing.c", None),
        ("x y-z", None),
        ("0", "zero"),
        ("a[0]", None),
        ("", DOCUMENT),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, value: Any) -> None:
    assert value_at(DOCUMENT, steps(path)) == value


@pytest.mark.parametrize("path", ["a.", ".a", "a..b", "a[", "a[b]", "a[-1]", "a]b", "[0]", "a[]", "$.a[*]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path such as"):
        steps(path)


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("a.b", FieldPath(("a", "b"))),
        ("a.lines[].sku", FieldPath(("a", "lines"), ("sku",), exploded=True)),
        ("tags[]", FieldPath(("tags",), exploded=True)),
        ("[].x", FieldPath((), ("x",), exploded=True)),
        ("lines[#]", FieldPath(("lines",), exploded=True, numbered=True)),
        ("{date}", FieldPath((), dated=True)),
    ],
)
def test_a_columns_path_may_go_through_one_list(path: str, read: FieldPath) -> None:
    assert field_path(path) == read


@pytest.mark.parametrize(
    ("path", "message"),
    [("", "names no value"), ("a[].b[].c", "one `\\[\\]` at most"), ("a[]b", "after `\\[\\]` comes a dot")],
)
def test_a_columns_path_that_cannot_be_a_column_is_refused(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        field_path(path)


def test_all_columns_go_through_the_same_list() -> None:
    assert exploded_list(map(field_path, ["id", "lines[].sku", "lines[#]"])) == ("lines",)
    assert exploded_list(map(field_path, ["id", "total"])) is None
    with pytest.raises(ValueError, match="must go through the same list"):
        exploded_list(map(field_path, ["lines[].sku", "notes[].text"]))
