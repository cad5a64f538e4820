import pytest

from podflow_ingest.column_types import cast_type, supported


@pytest.mark.parametrize(
    "name",
    ["text", "char(3)", "varchar(255)", "bigint", "numeric", "numeric(18)", "numeric(18,8)", "timestamptz(3)", "jsonb"],
)
def test_a_type_that_podflow_loads_is_taken_as_it_is(name: str) -> None:
    assert supported(name) == name


@pytest.mark.parametrize("name", ["money", "char", "char(0)", "json", "text[]", "text); DROP TABLE x; --", "Text", ""])
def test_any_other_type_is_refused_with_the_list_of_those_that_work(name: str) -> None:
    with pytest.raises(ValueError, match=r"unsupported type .*; use one of: text; char\(n\); "):
        supported(name)


def test_a_cast_never_cuts_a_text_off() -> None:
    assert [cast_type(name) for name in ("char(3)", "varchar(9)", "numeric(5,2)")] == [
        "bpchar",
        "varchar",
        "numeric(5,2)",
    ]
