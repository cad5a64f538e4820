import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.delimited import flaw
from podflow_ingest.flaws.record import Record

FORM = CsvFormat(type="csv")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"a,b\n", None),
        (b"a,b\r\n", None),
        (b"a,b", None),
        (b",\n", None),
        (b'"x,\n\r""y""",b\n', None),
        (b"a\n", "1 fields, 2 are declared"),
        (b"a,b,c\n", "3 fields, 2 are declared"),
        (b"a,b\0\n", "NUL byte at byte 4"),
        (b"a,\xff\n", "byte 3 (0xff) is not utf-8"),
        (b"a,\rb\n", "carriage return outside quotes"),
    ],
)
def test_a_record_is_refused_for_what_copy_refuses(record: bytes, reason: str | None) -> None:
    assert flaw(record, FORM, 2) == reason


def test_the_end_of_data_marker_is_refused_in_a_file_of_one_column() -> None:
    assert flaw(b"\\.\n", FORM, 1) == r"the end-of-data marker \."


@given(st.binary(max_size=40))
def test_every_record_has_a_text_that_postgres_can_keep(data: bytes) -> None:
    text = Record(1, data, None).text
    assert "\0" not in text
    text.encode()
