import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.chunks import BadRecordError, Cut, plan

FIELDS = st.text(st.sampled_from('ab ,"\n\r'), max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"')
RECORDS = st.lists(st.lists(FIELDS, min_size=1, max_size=3).map(",".join), max_size=30)


def rows_of(rows: int) -> Cut:
    return Cut('"', header=True, bytes=10**9, rows=rows)


def accept(_header: bytes) -> None:
    """Take any header."""


@given(RECORDS, st.integers(1, 7), st.integers(1, 12), st.integers(1, 40))
def test_pieces_are_the_file_in_whole_records(rows: list[str], size: int, most: int, step: int) -> None:
    data = "".join(f"{row}\n" for row in ["h", *rows]).encode()
    divided = plan((data[at : at + step] for at in range(0, len(data), step)), rows_of(size), accept).coarsened(most)
    assert divided.header + b"".join(data[piece.start : piece.end] for piece in divided.pieces) == data
    assert len(divided.pieces) <= most
    assert (divided.rows, divided.size) == (len(rows), len(data))
    done = 0
    for piece in divided.pieces:
        wanted = "".join(f"{row}\n" for row in rows[done : done + piece.rows]).encode()
        assert data[piece.start : piece.end] == wanted
        assert piece.first_line == 1 + data[: piece.start].count(b"\n")
        done += piece.rows


def test_pieces_have_the_rows_that_are_asked_for_and_the_last_one_the_rest() -> None:
    divided = plan([b"h\n1\n2\n3\n4\n5"], rows_of(2), accept)
    assert [piece.rows for piece in divided.pieces] == [2, 2, 1]


def test_a_piece_ends_where_it_has_its_bytes_whatever_its_rows() -> None:
    stream = [b"h\n", *[b"12345\n" * 10] * 5]
    divided = plan(stream, Cut('"', header=True, bytes=100), accept)
    assert [piece.rows for piece in divided.pieces] == [20, 20, 10]
    assert [piece.end - piece.start for piece in divided.pieces] == [120, 120, 60]


def test_without_a_header_the_first_record_is_data() -> None:
    divided = plan([b"1\n2\n"], Cut('"', header=False, bytes=100), accept)
    assert (divided.header, divided.rows, divided.pieces[0].first_line) == (b"", 2, 1)


@given(RECORDS, st.integers(1, 200), st.integers(1, 40))
def test_pieces_cut_by_bytes_are_the_file_in_whole_records(rows: list[str], size: int, step: int) -> None:
    data = "".join(f"{row}\n" for row in rows).encode()
    stream = (data[at : at + step] for at in range(0, len(data), step))
    divided = plan(stream, Cut('"', header=False, bytes=size), accept)
    assert b"".join(data[piece.start : piece.end] for piece in divided.pieces) == data
    assert divided.rows == len(rows)
    done = 0
    for piece in divided.pieces:
        assert data[piece.start : piece.end] == "".join(f"{row}\n" for row in rows[done : done + piece.rows]).encode()
        done += piece.rows


def test_neighbours_are_joined_evenly_when_there_are_too_many_pieces() -> None:
    divided = plan([b"h\n" + b"1\n" * 10], rows_of(1), accept).coarsened(4)
    assert [piece.rows for piece in divided.pieces] == [3, 3, 3, 1]


@pytest.mark.parametrize("data", [b"h\n", b"h"])
def test_a_header_alone_has_no_pieces(data: bytes) -> None:
    divided = plan([data], rows_of(2), accept)
    assert (divided.header, divided.pieces, divided.coarsened(3).pieces) == (data, (), ())


def test_an_empty_file_has_no_header() -> None:
    assert plan([], rows_of(2), accept).header == b""


def test_the_header_is_checked_before_the_rest_is_read() -> None:
    def stream() -> object:
        yield b"wrong\n1\n"
        raise AssertionError("read on after the header")

    def refuse(header: bytes) -> None:
        raise ValueError(header)

    with pytest.raises(ValueError, match="wrong"):
        plan(stream(), rows_of(2), refuse)  # type: ignore[arg-type]


def test_a_quote_that_never_closes_is_reported_with_its_line() -> None:
    with pytest.raises(BadRecordError, match="line 4: a quoted field begins in this record and never ends"):
        plan([b'h\n"a\nb"\n3,"x\n4\n'], rows_of(2), accept)
