import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.stage.columnar import arrow_type
from podflow_ingest.stage.reasons import WrongValueError
from podflow_ingest.stage.values import converter

UTC = datetime.UTC
TYPES = [
    *("text", "char(3)", "varchar(5)", "smallint", "integer", "bigint", "numeric", "numeric(6,2)", "numeric(50,10)"),
    *("numeric(100,2)", "real", "double precision", "boolean", "date", "time", "timestamp", "timestamptz(3)", "uuid"),
    "jsonb",
]


def read(text: str) -> Any:
    """Return a JSON value as the stage step decodes it."""
    return msgspec.json.Decoder(float_hook=Decimal).decode(text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", '"café"', "café"),
        ("text", "12.50", "12.50"),
        ("text", "true", "true"),
        ("char(3)", '"abc  "', "abc"),
        ("varchar(3)", '"abc"', "abc"),
        ("smallint", "-32768", -32768),
        ("integer", '" +7 "', 7),
        ("bigint", "9223372036854775807", 2**63 - 1),
        ("numeric", "1e3", "1000"),
        ("numeric", '"12345678901234567890.123456789"', "12345678901234567890.123456789"),
        ("numeric(6,2)", "1234.565", Decimal("1234.57")),
        ("numeric(6,2)", "-1234.565", Decimal("-1234.57")),
        ("numeric(6,2)", '"0.004"', Decimal("0.00")),
        ("numeric( 6 , 2 )", "9999.99", Decimal("9999.99")),
        ("numeric(6)", "1.5", Decimal(2)),
        ("numeric(100,2)", "1", "1.00"),
        ("real", "1.5", 1.5),
        ("double precision", '"NaN"', "nan"),
        ("double precision", "0", 0.0),
        ("boolean", "false", False),
        ("boolean", '"TRUE"', True),
        ("date", '"2026-11-20"', datetime.date(2026, 11, 20)),
        ("time", '"09:30"', datetime.time(9, 30)),
        (
            "timestamp",
            '"2026-11-20T09:30:00.25+05:00"',
            datetime.datetime(2026, 11, 20, 9, 30, 0, 250000, tzinfo=UTC).replace(tzinfo=None),
        ),
        ("timestamptz", '"2026-11-20T09:30:00+05:30"', datetime.datetime(2026, 11, 20, 4, 0, tzinfo=UTC)),
        ("timestamptz", '"2026-11-20 09:30:00"', datetime.datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("timestamptz", '"2026-11-20"', datetime.datetime(2026, 11, 20, tzinfo=UTC)),
        ("timestamptz(3)", '"2026-11-20T09:30:00Z"', datetime.datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("uuid", '"{A0EEBC99-9C0B4EF8-BB6D6BB9BD380A11}"', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("jsonb", '{"b": [1.50, null], "a": "é"}', '{"b":[1.50,null],"a":"é"}'),
        ("jsonb", '"plain"', '"plain"'),
        ("jsonb", '"\\\\u0000"', '"\\\\u0000"'),
    ],
)
def test_a_value_becomes_what_postgres_makes_of_it(name: str, text: str, value: Any) -> None:
    found = converter(name)(read(text))
    assert (str(found) if value == "nan" else found) == value
    assert pa.array([found], arrow_type(name)).to_pylist() == [found] or value == "nan"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("text", '{"a": 1}', "an object where a text is declared"),
        ("text", "[]", "a list where a text is declared"),
        ("text", '"a\\u0000b"', "a NUL character"),
        ("char(3)", '"abcd"', r"'abcd' is too long for char\(3\)"),
        ("varchar(3)", "12345", r"'12345' is too long for varchar\(3\)"),
        ("smallint", "32768", "32768 is out of range for smallint"),
        ("integer", "1.0", "1.0 is no integer"),
        ("integer", "true", "True is no integer"),
        ("integer", '"1_000"', "'1_000' is no integer"),
        ("integer", '"٣"', "is no integer"),
        ("integer", '""', "'' is no integer"),
        ("bigint", '"' + "9" * 5000 + '"', "is out of range for bigint"),
        ("numeric(6,2)", "10000", r"10000 is out of range for numeric\(6,2\)"),
        ("numeric(6,2)", "9999.995", r"out of range for numeric\(6,2\)"),
        ("numeric", '"NaN"', "'NaN' is no numeric"),
        ("numeric", '"1_0"', "'1_0' is no numeric"),
        ("numeric", "true", "True is no numeric"),
        ("numeric", "1e400000", "out of range for numeric"),
        ("numeric", "[1]", "a list is no numeric"),
        ("real", "1e39", "out of range for real"),
        ("double precision", "1e400", "out of range for double precision"),
        ("double precision", "1e-400", "out of range for double precision"),
        ("boolean", "1", "1 is no boolean"),
        ("boolean", '"maybe"', "'maybe' is no boolean"),
        ("date", '"2026-02-30"', "'2026-02-30' is no date: day is out of range"),
        ("date", '"20.11.2026"', "is no date such as 2026-11-20"),
        ("date", '"2026-11-20T00:00:00Z"', "is no date such as 2026-11-20"),
        ("time", '"25:00"', "'25:00' is no time: hour must be in"),
        ("timestamptz", "1700000000", "1700000000 is a number, no time .* declare bigint"),
        ("timestamptz", '"yesterday"', "'yesterday' is no time such as"),
        ("timestamptz", '"0001-01-01T00:00:00+10:00"', "is out of range for timestamptz"),
        ("uuid", "12", "12 is no uuid"),
        ("uuid", '"a0ee"', "'a0ee' is no uuid"),
        ("jsonb", '{"a": ["x\\u0000"]}', "a NUL character"),
        ("jsonb", '{"a\\u0000": 1}', "a NUL character"),
        ("jsonb", '{"a": 1e400000}', "out of range for number"),
    ],
)
def test_a_value_that_postgres_would_refuse_has_a_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(WrongValueError, match=reason):
        converter(name)(read(text))


def test_a_reason_does_not_repeat_a_long_value() -> None:
    with pytest.raises(WrongValueError) as caught:
        converter("integer")("x" * 10_000)
    assert len(str(caught.value)) < 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(TYPES), JSON)
def test_every_value_either_fits_its_parquet_column_or_has_a_reason(name: str, value: Any) -> None:
    if value is None:
        return
    try:
        found = converter(name)(value)
    except WrongValueError:
        return
    pa.array([found], arrow_type(name)).validate(full=True)
