from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest import records
from podflow_ingest.records import UnclosedRecordError, blocks_of_records

STREAMS = st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n", b"'"]), max_size=60).map(b"".join)


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Cut `data` into pieces of these sizes and a last one with the rest."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


def by_state_machine(data: bytes, quote: int | None) -> list[bytes]:
    """Split in the plainest way: a newline ends a record unless an odd number of quotes came before it."""
    found, start, inside = [], 0, False
    for position, byte in enumerate(data, start=1):
        inside ^= byte == quote
        if byte == ord("\n") and not inside:
            found.append(data[start:position])
            start = position
    if inside:
        raise UnclosedRecordError
    return found + [data[start:]] * (start < len(data))


@given(STREAMS, st.lists(st.integers(0, 20), max_size=8), st.sampled_from(["'", '"', None]))
def test_records_are_those_of_a_plain_state_machine_however_the_stream_is_cut(
    data: bytes, sizes: list[int], quote: str | None
) -> None:
    try:
        expected = by_state_machine(data, ord(quote) if quote else None)
    except UnclosedRecordError:
        with pytest.raises(UnclosedRecordError):
            list(records.records(pieces(data, sizes), quote))
    else:
        assert list(records.records(pieces(data, sizes), quote)) == expected


@given(STREAMS, st.lists(st.integers(0, 20), max_size=8), st.sampled_from(["'", '"', None]))
def test_a_block_counts_its_records(data: bytes, sizes: list[int], quote: str | None) -> None:
    try:
        for block in blocks_of_records(pieces(data, sizes), quote):
            assert block.rows == len(by_state_machine(block.data, ord(quote) if quote else None)) == len(block.ends())
    except UnclosedRecordError:
        pass


def test_a_quoted_newline_is_no_boundary() -> None:
    data = b'1,"a\nb ""c""\n",x\n2,y,z\n'
    assert list(records.records([data], '"')) == [b'1,"a\nb ""c""\n",x\n', b"2,y,z\n"]


def test_blocks_are_handed_on_before_the_stream_ends() -> None:
    def stream() -> Iterator[bytes]:
        yield b"1\n2\n3"
        raise AssertionError("read on before the first block was taken")

    block = next(blocks_of_records(stream(), '"'))
    assert (block.data, block.rows, block.ends()) == (b"1\n2\n", 2, [2, 4])


def test_a_quote_that_never_closes_is_given_up_after_the_longest_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RECORD_LIMIT", 100)
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        while len(taken) < 50:
            taken.append(1)
            yield b'"' * (len(taken) == 1) + b"0123456789\n"

    with pytest.raises(UnclosedRecordError):
        list(records.records(endless(), '"'))
    assert len(taken) < 12
