import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.bronze import difference as module
from podflow_ingest.bronze.difference import Difference, difference

HEADER = b"id,note\n"


def compared(old: list[bytes], new: list[bytes], piece: int = 7) -> Difference | None:
    return difference(pieces(old, piece), pieces(new, piece), '"')


def pieces(records: list[bytes], size: int) -> list[bytes]:
    data = HEADER + b"".join(record + b"\n" for record in records)
    return [data[start : start + size] for start in range(0, len(data), size)]


def test_changed_new_and_vanished_records_are_told_from_the_others() -> None:
    found = compared([b"1,a", b'2,"b\nb"', b"3,c", b"4,d"], [b"1,a", b'2,"b\nB"', b"4,d", b"5,e"])
    assert found == Difference(2, {b'2,"b\nb"', b"3,c"}, dict.fromkeys([b'2,"b\nB"', b"5,e"]))


def test_records_that_only_moved_are_the_same() -> None:
    records = [b"%d,x" % number for number in range(100)]
    assert compared(records, records[50:] + records[:50]) == Difference(100)


def test_a_record_that_stands_twice_in_the_new_chunk_makes_it_a_matter_of_keys() -> None:
    assert compared([b"1,a", b"2,b"], [b"1,a", b"1,a", b"2,b"], piece=1000) is None
    assert compared([b"1,a"], [b"1,a", b"2,b", b"2,b"], piece=1000) is None
    later = compared([b"1,a", b"2,b"], [b"1,a", b"2,b", b"1,a"])
    assert later == Difference(2, set(), {b"1,a": None})


def test_other_columns_are_no_matter_of_records() -> None:
    assert difference([b"id,note\n1,a\n"], [b"note,id\na,1\n"], '"') is None
    assert difference([], [b"id,note\n1,a\n"], '"') is None


def test_chunks_that_differ_too_much_are_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_FIRST", 10)
    taken = 0

    def counted() -> object:
        nonlocal taken
        for piece in pieces([b"%d,new" % number for number in range(1000)], 100):
            taken += 1
            yield piece

    assert difference(pieces([b"%d,old" % number for number in range(1000)], 100), counted(), '"') is None  # type: ignore[arg-type]
    assert taken < 10


def test_a_quote_that_is_never_closed_is_left_to_who_loads() -> None:
    assert compared([b'1,"a'], [b"1,a"]) is None


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30)), st.integers(1, 40), st.randoms())
def test_what_is_found_makes_the_new_chunk_of_the_old_one(
    old: list[int], new: list[int], piece: int, shuffler: random.Random
) -> None:
    shuffler.shuffle(new)
    before, after = [b"%d," % number for number in old], [b"%d," % number for number in new]
    found = compared(before, after, piece)
    if found is None:
        assert any(count > 1 for count in Counter(after).values())
        return
    assert Counter(after) == Counter(set(before) - found.gone) + Counter(found.added.keys())
    assert found.same == len(before) - len(found.gone)
    rest = iter(after)
    assert all(record in rest for record in found.added), "not in the order of the new chunk"
