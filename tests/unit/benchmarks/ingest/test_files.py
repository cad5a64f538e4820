"""Deliveries after the first, made from a file with a hundred rows."""

import csv
from pathlib import Path

import pytest

from benchmarks.ingest.files import Deliveries, change

HEADER = ["id", "fee", "updated_at", "comment"]
ROWS = [[str(number), "1.50", "2026-10-01T00:00:00Z", 'a "b",\nc' if number % 7 == 0 else ""] for number in range(100)]


@pytest.fixture
def made(tmp_path: Path) -> Deliveries:
    with (tmp_path / "first.csv").open("w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([HEADER, *ROWS])
    return Deliveries(tmp_path, len(ROWS))


def changed(made: Deliveries, case: str, before: str) -> list[int]:
    files = [list(csv.reader(made.path(each).read_text().splitlines(keepends=True))) for each in (before, case)]
    return [number for number, (old, new) in enumerate(zip(*files, strict=True)) if old != new]


def test_each_delivery_changes_its_share_of_the_one_before(made: Deliveries) -> None:
    change(made)
    assert len(changed(made, "1", "first")) == 1
    assert len(changed(made, "10", "1")) == 10
    assert len(changed(made, "100", "10")) == 100


def test_changed_rows_are_spread_over_the_file(made: Deliveries) -> None:
    change(made)
    numbers = changed(made, "10", "1")
    assert all(any(begin <= number < begin + 25 for number in numbers) for begin in range(1, 100, 25))


def test_what_did_not_change_keeps_its_bytes(made: Deliveries) -> None:
    change(made)
    assert sorted(
        set(made.path("1").read_bytes().split(b"\n")) - set(made.path("first").read_bytes().split(b"\n"))
    ) == [b'0,2.50,2026-11-02T09:00:00Z,"a ""b"",']


def test_the_sums_are_those_of_the_files(made: Deliveries) -> None:
    fees = change(made)
    assert fees == {
        "first.csv": "150.00",
        "changed-1.csv": "151.00",
        "changed-10.csv": "161.00",
        "changed-100.csv": "261.00",
    }


def test_the_largest_files_are_not_delivered_in_every_case(tmp_path: Path) -> None:
    assert Deliveries(tmp_path, 1_000_000).cases == ("first", "0", "1", "10", "100")
    assert Deliveries(tmp_path, 10_000_000).cases == ("first", "1")


def test_the_parts_of_a_file_are_the_file(made: Deliveries) -> None:
    parts = [part.read_bytes().splitlines(keepends=True) for part in made.parts()]
    assert [part[0] for part in parts] == [b"id,fee,updated_at,comment\n"] * 4
    assert b"".join(line for part in parts for line in part[1:]) == made.path("first").read_bytes().partition(b"\n")[2]
    rows = [len(list(csv.reader(part.read_text().splitlines(keepends=True)))) for part in made.parts()]
    assert rows == [26] * 4
