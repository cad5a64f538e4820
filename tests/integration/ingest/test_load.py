from collections.abc import Callable
from typing import Any

import obstore
import pytest

from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.errors import LandingError, WarehouseError

HEADER = b"id,code,price,sold_at,note\n"
BRONZE = "SELECT id, code, price::text, note FROM bronze_shop.items ORDER BY id"
QUARANTINE = "SELECT line, raw, reason FROM ops.quarantine ORDER BY line"


def test_first_load_inserts_every_row_with_its_types(items: Any) -> None:
    counts = items.run(HEADER + b'1,abc,1.50,2026-10-01T10:00:00Z,"two\nlines, and ""quotes"""\n2,,2,,\n')
    assert counts == Counts(read=2, inserted=2, updated=0, unchanged=0, duplicate=0, rejected=0)
    assert items.query(BRONZE) == [(1, "abc", "1.50", 'two\nlines, and "quotes"'), (2, None, "2.00", None)]
    assert items.query("SELECT count(*) FROM bronze_shop.items WHERE load_timestamp IS NOT NULL AND _load_id = 1") == [
        (2,)
    ]


def test_an_empty_field_is_null_and_quotes_without_content_are_an_empty_text(items: Any) -> None:
    items.run(HEADER + b'1,abc,1,,\n2,abc,1,,""\n')
    assert items.query("SELECT id, note FROM bronze_shop.items ORDER BY id") == [(1, None), (2, "")]


def test_the_ledger_says_which_run_loaded_what(items: Any) -> None:
    items.run(HEADER + b"1,abc,1,,\n")
    assert items.query(
        "SELECT dataset, dag_id, run_id, task_id, map_index, try_number, read, inserted, finished_at >= started_at"
        " FROM ops.load"
    ) == [("shop.items", "forex__customer_transactions__hourly", "manual__2026-11-20", "load", 3, 2, 1, 1, True)]


def test_loading_a_chunk_again_changes_nothing(items: Any) -> None:
    content = HEADER + b"1,abc,1,,\n2,abc,n/a,,\n3,abc\n"
    items.run(content)
    rows = "SELECT * FROM bronze_shop.items ORDER BY id"
    before, quarantine = items.query(rows), items.query("SELECT * FROM ops.quarantine ORDER BY line")
    counts = items.run(content)
    assert counts == Counts(read=3, inserted=0, updated=0, unchanged=1, duplicate=0, rejected=2)
    assert items.query(rows) == before
    assert items.query("SELECT * FROM ops.quarantine ORDER BY line") == quarantine


def test_only_changed_rows_get_a_new_load_timestamp(items: Any) -> None:
    items.run(HEADER + b"1,abc,1,,same\n2,abc,1,,old\n3,,1,,\n")
    (before,) = items.query("SELECT max(load_timestamp) FROM bronze_shop.items")[0]
    counts = items.run(HEADER + b"1,abc,1.0,,same\n2,abc,1,,new\n3,xyz,1,,\n4,abc,1,,\n")
    assert counts == Counts(read=4, inserted=1, updated=2, unchanged=1, duplicate=0, rejected=0)
    later = f"SELECT id FROM bronze_shop.items WHERE load_timestamp > '{before}' AND _load_id = 2 ORDER BY id"
    assert items.query(later) == [(2,), (3,), (4,)]


def test_a_value_that_becomes_null_is_a_change(items: Any) -> None:
    items.run(HEADER + b"1,abc,1,2026-10-01,text\n")
    counts = items.run(HEADER + b"1,,1,,\n")
    assert counts.updated == 1
    assert items.query("SELECT code, sold_at, note FROM bronze_shop.items") == [(None, None, None)]


def test_rows_that_do_not_fit_are_quarantined_with_their_source_line_and_the_rest_is_loaded(items: Any) -> None:
    counts = items.run(
        HEADER
        + b'1,abc,1,,"a\nnote\nof lines"\n'
        + b"2,abc,n/a,,\n"
        + b"3,abc\n"
        + b"4,abc,1,,,extra\n"
        + b"5,abcd,1,,\n"
        + b"6,abc,,,\n"
        + b",abc,1,,\n"
        + b"8,abc,123456789,2026-13-01,\n"
        + b"9,abc,1,,last\n"
    )
    assert counts == Counts(read=9, inserted=2, updated=0, unchanged=0, duplicate=0, rejected=7)
    assert [row[0] for row in items.query(BRONZE)] == [1, 9]
    assert items.query(QUARANTINE) == [
        (5, "2,abc,n/a,,", 'price: invalid input syntax for type numeric: "n/a"'),
        (6, "3,abc", "2 fields, 5 are declared"),
        (7, "4,abc,1,,,extra", "6 fields, 5 are declared"),
        (8, "5,abcd,1,,", "code: value too long for type character(3)"),
        (9, "6,abc,,,", "price: required, but empty"),
        (10, ",abc,1,,", "id: required, but empty"),
        (
            11,
            "8,abc,123456789,2026-13-01,",
            'price: numeric field overflow; sold_at: date/time field value out of range: "2026-13-01"',
        ),
    ]


@pytest.mark.parametrize(
    ("line", "raw", "reason"),
    [
        (b"2,abc,1,,nul\0byte\n", "2,abc,1,,nul\\x00byte", "NUL byte at byte 13"),
        (b"2,abc,1,,caf\xe9\n", "2,abc,1,,caf\\xe9", "byte 13 (0xe9) is not utf-8"),
        (b"\\.\n", "\\.", "1 fields, 5 are declared"),
        (b"\n", "", "1 fields, 5 are declared"),
        (b"2,abc,1,,a\rb\n", "2,abc,1,,a\rb", "carriage return outside quotes"),
    ],
)
def test_a_line_that_copy_cannot_read_does_not_take_its_chunk_along(
    items: Any, line: bytes, raw: str, reason: str
) -> None:
    counts = items.run(HEADER + b"1,abc,1,,\n" + line + b"3,abc,1,,\n")
    assert counts == Counts(read=3, inserted=2, updated=0, unchanged=0, duplicate=0, rejected=1)
    assert items.query(QUARANTINE) == [(3, raw, reason)]


def test_line_ends_of_two_kinds_in_one_file_are_no_reason_to_refuse_a_row(items: Any) -> None:
    counts = items.run(HEADER + b"1,abc,1,,x\r\n2,abc,1,,y\n")
    assert (counts.inserted, counts.rejected) == (2, 0)
    assert items.query("SELECT note FROM bronze_shop.items ORDER BY id") == [("x",), ("y",)]


def test_a_file_with_carriage_returns_a_byte_order_mark_and_no_last_newline_loads(items: Any) -> None:
    counts = items.run(b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + b"1,abc,1,,x\r\n2,abc,1,,y")
    assert (counts.inserted, counts.rejected) == (2, 0)
    assert items.query("SELECT note FROM bronze_shop.items ORDER BY id") == [("x",), ("y",)]


def test_another_encoding_delimiter_and_quote_are_understood(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]
) -> None:
    form = {"type": "csv", "delimiter": ";", "quote": "'", "encoding": "latin-1"}
    items = pipeline_of({**items_declaration, "from": {**items_declaration["from"], "format": form}})
    counts = items.run(HEADER.replace(b",", b";") + b"1;abc;1;;'caf\xe9; ''noir'''\n2;abc;x;;\xe9\n")
    assert (counts.inserted, counts.rejected) == (1, 1)
    assert items.query("SELECT note FROM bronze_shop.items") == [("café; 'noir'",)]
    assert items.query("SELECT raw FROM ops.quarantine") == [("2;abc;x;;é",)]


def test_of_rows_with_one_key_the_last_valid_one_counts(items: Any) -> None:
    content = HEADER + b"1,abc,1,,first\n2,abc,1,,other\n01,abc,1,,second\n1,abc,1,,third\n1,abc,n/a,,bad\n"
    counts = items.run(content)
    assert counts == Counts(read=5, inserted=2, updated=0, unchanged=0, duplicate=2, rejected=1)
    assert items.query(BRONZE) == [(1, "abc", "1.00", "third"), (2, "abc", "1.00", "other")]
    assert items.run(content) == Counts(read=5, inserted=0, updated=0, unchanged=2, duplicate=2, rejected=1)


def test_a_duplicate_equal_to_the_table_still_wins_over_the_one_before_it(items: Any) -> None:
    items.run(HEADER + b"1,abc,1,,current\n")
    counts = items.run(HEADER + b"1,abc,1,,passing\n1,abc,1,,current\n")
    assert counts == Counts(read=2, inserted=0, updated=0, unchanged=1, duplicate=1, rejected=0)
    assert items.query("SELECT note FROM bronze_shop.items") == [("current",)]


def test_a_key_of_several_columns_identifies_a_row(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]
) -> None:
    items_declaration["columns"][1]["nullable"] = False
    items = pipeline_of({**items_declaration, "key": ["id", "code"]})
    counts = items.run(HEADER + b"1,abc,1,,\n1,abd,1,,\n1,abc,2,,\n")
    assert counts == Counts(read=3, inserted=2, updated=0, unchanged=0, duplicate=1, rejected=0)


def test_a_row_that_a_better_declaration_accepts_leaves_quarantine(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]
) -> None:
    content = HEADER + b"1,abc,1,,caf\xe9\n2,abc,x,,\n"
    assert pipeline_of(items_declaration).run(content).rejected == 2
    items = pipeline_of(
        {**items_declaration, "from": {**items_declaration["from"], "format": {"type": "csv", "encoding": "latin-1"}}}
    )
    assert items.run(content) == Counts(read=2, inserted=1, updated=0, unchanged=0, duplicate=0, rejected=1)
    assert items.query("SELECT line FROM ops.quarantine") == [(3,)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "char(4)"}, r"code is declared character\(4\), the table has character\(3\)"),
        ({"nullable": False}, "code is declared not nullable, in the table it is not.*ALTER COLUMN code SET NOT NULL"),
        ({"name": "codes"}, r"column code is declared no more.*DROP COLUMN code"),
    ],
)
def test_a_table_that_does_not_fit_the_declaration_is_refused(
    pipeline_of: Callable[[dict[str, Any]], Any],
    items_declaration: dict[str, Any],
    change: dict[str, Any],
    message: str,
) -> None:
    pipeline_of(items_declaration).run(HEADER + b"1,abc,1,,\n")
    items_declaration["columns"][1].update(change)
    items = pipeline_of(items_declaration)
    with pytest.raises(WarehouseError, match=message):
        items.run(HEADER.replace(b"code", items_declaration["columns"][1]["name"].encode()) + b"1,abc,1,,\n")


def test_a_chunk_that_was_changed_after_extract_is_refused(items: Any) -> None:
    items.deliver(HEADER + b"1,abc,1,,\n")
    (chunk,) = items.extract()["chunks"]
    obstore.put(items.root.store, f"raw/shop/items/{chunk}", HEADER + b"1,abc,9,,\n")
    with pytest.raises(LandingError, match="was changed after extract; nothing was loaded"):
        items.load(chunk)
    assert items.query("SELECT count(*) FROM ops.load") == [(0,)]
    assert items.query("SELECT count(*) FROM bronze_shop.items") == [(0,)]


def test_a_chunk_without_a_manifest_is_refused(items: Any) -> None:
    with pytest.raises(LandingError, match=r"dt=2026-11-20/x.csv.manifest.json: no such object; run extract again"):
        items.load("dt=2026-11-20/x.csv")


def test_a_chunk_outside_the_dataset_is_refused(items: Any) -> None:
    with pytest.raises(LandingError, match="is not the name of a chunk"):
        items.load("../other/x.csv")
