import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.flaws.delimited import copyable, examined, flaw
from podflow_ingest.flaws.record import Record, RefusedRecordError

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


PLAIN = CsvFormat(type="csv", quote=None, header=False)


def test_without_a_quote_character_quotes_are_text() -> None:
    assert flaw(b'5" pipe,6"\n', PLAIN, 2) is None
    (record,) = examined([b'5" pipe,6"\n'], PLAIN, 2, first_line=1)
    assert record.copied == b'5" pipe,6"\n'


def test_the_character_that_stands_in_for_a_quote_is_quoted_where_a_text_has_it() -> None:
    with pytest.raises(RefusedRecordError):
        list(copyable([b"a,b\n", b"c,d\x01\n"], PLAIN))
    (record,) = examined([b"a,b\x01c\r\n"], PLAIN, 2, first_line=1)
    assert record.copied == b"a,\x01b\x01\x01c\x01\n"


def test_a_byte_order_mark_is_no_part_of_a_first_field() -> None:
    data = [b"\xef\xbb\xbf1,x\n"]
    form = CsvFormat(type="csv", header=False)
    assert b"".join(copyable(data, form)) == b"1,x\n"
    assert [record.data for record in examined(data, form, 2, first_line=1)] == [b"1,x\n"]


def test_lines_are_counted_from_where_the_chunk_begins() -> None:
    found = examined([b'h,h\n"a\nb",c\nd\n'], FORM, 2, first_line=10)
    assert [(record.line, record.flaw) for record in found] == [(10, None), (12, "1 fields, 2 are declared")]
