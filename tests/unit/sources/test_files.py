import csv
import io

from podflow_sources.forex.deliveries import first_transactions
from podflow_sources.forex.files import Damage, bad_lines, csv_records, physical_lines
from podflow_sources.forex.transactions import COLUMNS

ROWS = 400


def parsed(records: list[str]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(records), newline="")))


def test_the_file_has_a_header_and_a_record_for_each_transaction() -> None:
    trades = list(first_transactions(ROWS))
    header, *rows = parsed(list(csv_records(trades)))
    assert tuple(header) == COLUMNS
    assert rows == [trade.row() for trade in trades]


def test_two_lines_are_bad_and_known() -> None:
    damage = bad_lines(ROWS)
    good, bad = list(csv_records(first_transactions(ROWS))), list(csv_records(first_transactions(ROWS), damage))
    different = [index for index, (one, other) in enumerate(zip(good, bad, strict=True)) if one != other]
    assert different == [ROWS // 3 + 1, ROWS // 2 + 1]
    unparsable, overlong = (parsed(bad)[index] for index in different)
    assert unparsable[COLUMNS.index("base_amount")] == "n/a"
    assert len(overlong) == len(COLUMNS) + 1


def test_lines_are_physical_ones() -> None:
    assert physical_lines(["h\n", '"a\nb"\n', "c\n"], [0, 1, 2]) == [1, 2, 4]


def test_a_dropped_column_is_in_no_record() -> None:
    header, *rows = parsed(list(csv_records(first_transactions(ROWS), Damage(dropped="fee"))))
    assert header == [name for name in COLUMNS if name != "fee"]
    assert {len(row) for row in rows} == {len(COLUMNS) - 1}
