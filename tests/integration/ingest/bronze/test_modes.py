import obstore
import pytest

from tests.integration.ingest.bronze.prices import Prices, counts


def test_a_row_with_an_older_cursor_than_the_tables_changes_nothing(prices: Prices) -> None:
    prices = prices.declared(cursor="version")
    prices.load_all(b"1,2,2.00,new\n2,1,1.00,same\n")
    (counted,) = prices.load_all(b"1,1,1.00,old\n2,1,1.00,same\n3,1,1.00,added\n")
    assert counted == counts(3, inserted=1, unchanged=2)
    assert prices.table() == [(1, 2, "2.00", "new"), (2, 1, "1.00", "same"), (3, 1, "1.00", "added")]


def test_of_two_rows_with_the_same_cursor_the_later_one_corrects_the_earlier(prices: Prices) -> None:
    prices = prices.declared(cursor="version")
    prices.load_all(b"1,1,1.00,first\n")
    (counted,) = prices.load_all(b"1,1,1.00,corrected\n")
    assert counted.updated == 1
    assert prices.table("note") == [("corrected",)]


def test_a_row_without_a_cursor_is_older_than_any_other(prices: Prices) -> None:
    prices = prices.declared(cursor="version")
    prices.load_all(b"1,,1.00,unknown\n2,1,1.00,known\n")
    (counted,) = prices.load_all(b"1,1,1.00,known\n2,,1.00,unknown\n")
    assert counted == counts(2, updated=1, unchanged=1)
    assert prices.table("note") == [("known",), ("known",)]


def test_of_a_chunks_rows_with_one_key_the_one_with_the_highest_cursor_counts(prices: Prices) -> None:
    prices = prices.declared(cursor="version")
    content = b"1,2,2.00,newest\n1,1,1.00,older\n1,,3.00,unknown\n"
    assert prices.load_all(content) == [counts(3, inserted=1, duplicate=2)]
    assert prices.load_all(content) == [counts(3, unchanged=1, duplicate=2)]
    assert prices.table("note") == [("newest",)]


def test_without_a_cursor_the_last_delivery_counts(prices: Prices) -> None:
    prices.load_all(b"1,2,2.00,new\n")
    prices.load_all(b"1,1,1.00,last\n")
    assert prices.table("note") == [("last",)]


def test_appended_rows_are_added_even_if_they_are_there_already(prices: Prices) -> None:
    events = prices.declared(mode="append", key=None)
    assert events.load_all(b"1,1,1.00,a\n1,1,1.00,a\n") == [counts(2, inserted=2)]
    assert events.load_all(b"1,1,1.00,a\n2,1,1.00,b\n") == [counts(2, inserted=2)]
    assert events.query("SELECT id, count(*) FROM bronze_shop.prices GROUP BY id ORDER BY id") == [(1, 3), (2, 1)]


def test_an_appended_chunk_is_added_once_however_often_it_is_loaded_and_whatever_its_date(prices: Prices) -> None:
    events = prices.declared(mode="append", key=None)
    events.load_all(b"1,1,1.00,a\n")
    assert events.load_all(b"1,1,1.00,a\n") == [counts(1, unchanged=1)]
    assert events.load_all(b"1,1,1.00,a\n", day="2026-11-21") == [counts(1, unchanged=1)]
    assert events.table("note") == [("a",)]


def test_an_appended_chunk_again_gives_only_what_quarantine_has_of_it(prices: Prices) -> None:
    events = prices.declared(mode="append", key=None)
    content = b"1,1,1.00,a\n2,1,n/a,b\n3,1\n4,1,123456789,d\n5,1,1.00,e\n"
    assert events.load_all(content) == [counts(5, inserted=2, rejected=3)]
    columns = events.dataset.model_dump(mode="json")["columns"]
    columns[2]["type"] = "numeric(12,2)"
    with events.owner() as owner:
        owner.execute("ALTER TABLE bronze_shop.prices ALTER COLUMN price TYPE numeric(12,2)")
    wider = events.declared(columns=columns)
    assert wider.load_all(content, day="2026-11-21") == [counts(5, inserted=1, unchanged=2, rejected=2)]
    assert wider.table("id") == [(1,), (4,), (5,)]
    assert wider.query("SELECT line FROM ops.quarantine ORDER BY line") == [(3,), (4,)]
    assert wider.load_all(content) == [counts(5, unchanged=3, rejected=2)]


def test_an_append_into_a_table_that_was_made_anew_adds_all_rows_again(prices: Prices) -> None:
    events = prices.declared(mode="append", key=None)
    events.load_all(b"1,1,1.00,a\n")
    with events.owner() as owner:
        owner.execute("DROP TABLE bronze_shop.prices")
    assert events.load_all(b"1,1,1.00,a\n") == [counts(1, inserted=1)]
    assert events.load_all(b"1,1,1.00,a\n") == [counts(1, unchanged=1)]


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_a_first_load_goes_straight_into_the_table_and_a_damaged_chunk_leaves_it_empty(
    prices: Prices, mode: str
) -> None:
    prices = prices.declared(mode=mode)
    (chunk,) = prices.deliver(b"1,1,1.00,a\n")
    path = f"raw/shop/prices/{chunk}"
    content = bytes(obstore.get(prices.root.store, path).bytes())
    obstore.put(prices.root.store, path, content.replace(b"1.00", b"9.00"))
    with pytest.raises(Exception, match="was changed after extract"):
        prices.load(chunk)
    assert prices.table() == []
    obstore.put(prices.root.store, path, content)
    assert prices.load(chunk).inserted == 1


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"),
    [
        ("integer", "9", "10"),
        ("text", "10", "9"),
        ("char(2)", "10", "9 "),
        ("date", "2026-01-31", "2026-02-01"),
        ("boolean", "false", "true"),
        ("jsonb", "9", "10"),
        ("uuid", "00000000-0000-0000-0000-00000000000a", "10000000-0000-0000-0000-000000000000"),
    ],
)
def test_the_ledger_tells_the_ends_of_keys_of_every_kind(prices: Prices, kind: str, lowest: str, highest: str) -> None:
    columns = prices.dataset.model_dump(mode="json")["columns"]
    columns[0]["type"] = kind
    typed = prices.declared(columns=columns)
    assert typed.load_all(f"{highest},1,1.00,a\n{lowest},1,1.00,b\n".encode()) == [counts(2, inserted=2)]
    assert typed.load_all(f"{highest},1,2.00,a\n{lowest},1,1.00,b\n".encode()) == [counts(2, updated=1, unchanged=1)]
    ends = (lowest.strip(), highest.strip())
    assert typed.query("SELECT trim(lowest), trim(highest) FROM ops.load") == [ends, ends]
