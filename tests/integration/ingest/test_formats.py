"""Files of every format, from the source folder to bronze and quarantine."""

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.repaired import parse
from podflow_ingest.bronze.resubmit import resubmit

BRONZE = "SELECT id, code, price::text, sold_at::text, note FROM bronze_shop.items ORDER BY id"
QUARANTINE = "SELECT line, raw, reason FROM ops.quarantine ORDER BY line"


@pytest.fixture
def items_from(pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that makes the pipeline of shop.items in another format."""

    def make(location: str = "items", **form: Any) -> Any:
        origin = {**items_declaration["from"], "location": location, "format": form}
        return pipeline_of({**items_declaration, "from": origin})

    return make


def lines(*objects: Any) -> bytes:
    return b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in objects)


def parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_json_lines_load_and_what_is_no_object_is_quarantined_with_its_line(items_from: Callable[..., Any]) -> None:
    items = items_from(type="json_lines")
    content = lines(
        {"note": 'two\nlines, "quoted", \\ and é', "price": 1.50, "id": 1, "code": "abc", "more": [1]},
        b"not json\n",
        {"id": 3, "price": 2, "sold_at": "2026-10-01T10:00:00Z", "note": None},
        b'{"id": 4, "price": 2, "note": "nul \\u0000"}\n',
        {"id": 5, "price": "many"},
        {"id": 6, "price": 1, "code": "abcd"},
        {"id": 7, "code": "abc", "note": ""},
        {"id": 8, "price": 1, "note": {"nested": ['"']}},
    )
    counts = items.run(content)
    assert counts == Counts(read=8, inserted=3, updated=0, unchanged=0, duplicate=0, rejected=5)
    assert items.query(BRONZE) == [
        (1, "abc", "1.50", None, 'two\nlines, "quoted", \\ and é'),
        (3, None, "2.00", "2026-10-01 10:00:00+00", None),
        (8, None, "1.00", None, '{"nested": ["\\""]}'),
    ]
    quarantined = items.query(QUARANTINE)
    assert [row[0] for row in quarantined] == [2, 4, 5, 6, 7]
    assert quarantined[0][1] == "not json"
    assert [row[2] for row in quarantined[1:]] == [
        r"\u0000 in a string: Postgres has no such character",
        'price: invalid input syntax for type numeric: "many"',
        "code: value too long for type character(3)",
        "price: required, but empty",
    ]
    assert items.run(content) == Counts(read=8, inserted=0, updated=0, unchanged=3, duplicate=0, rejected=5)


def test_a_line_of_json_is_repaired_by_hand(items_from: Callable[..., Any]) -> None:
    items = items_from(type="json_lines")
    items.run(lines({"id": 1, "price": 1}, {"id": 2, "price": "many"}))
    with connect(items.settings) as connection:
        (row,) = parse(json.dumps(each, default=str) for each in listings.quarantined(connection, 9))
        repaired = row.model_copy(update={"raw": '{"id": 2, "price": 2, "note": "two\\nlines"}'})
        assert resubmit(connection, items.dataset, [repaired], items.root, items.settings).inserted == 1
    assert items.query("SELECT id, note FROM bronze_shop.items ORDER BY id") == [(1, None), (2, "two\nlines")]
    assert items.query("SELECT line FROM ops.quarantine WHERE resubmitted_by IS NULL") == []


def test_a_parquet_file_loads_by_column_names_and_types(items_from: Callable[..., Any]) -> None:
    items = items_from(type="parquet")
    content = parquet(
        {
            "note": pa.array(["", None, "two\nlines", 'a "quote"']).dictionary_encode(),
            "price": pa.array([1, 2, 3, None], pa.decimal128(8, 2)),
            "id": pa.array([1, 2, 3, 4], pa.int64()),
            "sold_at": pa.array([0, None, 10**15, 0], pa.timestamp("us", tz="UTC")),
            "code": ["abc", None, "abcd", "abc"],
            "undeclared": [1, 2, 3, 4],
        }
    )
    counts = items.run(content)
    assert counts == Counts(read=4, inserted=2, updated=0, unchanged=0, duplicate=0, rejected=2)
    assert items.query(BRONZE) == [
        (1, "abc", "1.00", "1970-01-01 00:00:00+00", ""),
        (2, None, "2.00", None, None),
    ]
    assert [(row[0], row[2]) for row in items.query(QUARANTINE)] == [
        (3, "code: value too long for type character(3)"),
        (4, "price: required, but empty"),
    ]


def test_every_type_of_a_parquet_file_arrives(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]
) -> None:
    types: dict[str, tuple[Any, str]] = {
        "bigint": (pa.array([2**62], pa.int64()), "4611686018427387904"),
        "double precision": (pa.array([0.1], pa.float64()), "0.1"),
        "boolean": (pa.array([True]), "true"),
        "date": (pa.array([1], pa.date32()), "1970-01-02"),
        "time": (pa.array([3_600_000_000], pa.time64("us")), "01:00:00"),
        "timestamp": (pa.array([10**9 + 1], pa.timestamp("ns")), "1970-01-01 00:00:01"),
        "timestamptz": (pa.array([1000], pa.timestamp("ms", tz="Europe/Berlin")), "1970-01-01 00:00:01+00"),
        "timestamp(0)": (pa.array([1000], pa.timestamp("ms", tz="Europe/Berlin")), "1970-01-01 00:00:01"),
        "varchar(9)": (pa.array(["view"], pa.string_view()), "view"),
        "real": (pa.array([1.5], pa.float32()), "1.5"),
        "numeric": (pa.array([12345678901234567890], pa.decimal256(50, 2)), "12345678901234567890.00"),
        "uuid": (pa.array(["7b6c1c1e-3f0a-4a0e-9d6a-0d1c5a3f2b10"]), "7b6c1c1e-3f0a-4a0e-9d6a-0d1c5a3f2b10"),
        "jsonb": (pa.array([{"a": [1, None]}]), '{"a": [1, null]}'),
        "text": (pa.array([[1, 2]]), "[1, 2]"),
    }
    columns = [{"name": f"c{place}", "type": name} for place, name in enumerate(types)]
    pipeline = pipeline_of(
        {
            **items_declaration,
            "from": {"type": "file", "location": "items", "format": {"type": "parquet"}},
            "mode": "append",
            "key": [],
            "columns": columns,
        }
    )
    content = {f"c{place}": array for place, (array, _) in enumerate(types.values())}
    assert pipeline.run(parquet(content)).inserted == 1
    names = ", ".join(f"c{place}::text" for place in range(len(types)))
    assert pipeline.query(f"SELECT {names} FROM bronze_shop.items") == [tuple(text for _, text in types.values())]


def test_a_nul_character_in_a_parquet_file_is_one_row_in_quarantine(items_from: Callable[..., Any]) -> None:
    items = items_from(type="parquet")
    columns = {"id": [1, 2], "code": ["a", "b"], "price": [1.0, 2.0], "sold_at": ["", None], "note": ["a\0b", "c"]}
    columns["sold_at"] = [None, None]
    assert items.run(parquet(columns)) == Counts(read=2, inserted=1, updated=0, unchanged=0, duplicate=0, rejected=1)
    ((line, raw, reason),) = items.query(QUARANTINE)
    assert (line, reason.partition(" at ")[0]) == (1, "NUL byte")
    assert "a\\x00b" in raw


def test_a_gzipped_tsv_without_header_quotes_and_with_a_word_for_null_loads(items_from: Callable[..., Any]) -> None:
    items = items_from("items.tsv.gz", type="csv", header=False, delimiter="\t", quote=None, null="\\N")
    content = b'\xef\xbb\xbf1\tabc\t1\t\\N\t5" pipe\n2\t\\N\t2\t\\N\t\n3\tabc\t3\t\\N\tx\x01y\n4\tabc\t4\t\\N\n'
    assert items.run(gzip.compress(content)) == Counts(
        read=4, inserted=3, updated=0, unchanged=0, duplicate=0, rejected=1
    )
    assert items.query("SELECT id, code, note FROM bronze_shop.items ORDER BY id") == [
        (1, "abc", '5" pipe'),
        (2, None, ""),
        (3, "abc", "x\x01y"),
    ]
    assert items.query(QUARANTINE) == [(4, "4\tabc\t4\t\\N", "4 fields, 5 are declared")]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-2", "windows-1251", "euc-jp"])
def test_texts_of_other_encodings_arrive(items_from: Callable[..., Any], encoding: str) -> None:
    note = {"iso-8859-2": "łódź", "windows-1251": "Привет"}.get(encoding, "日本")
    items = items_from(type="csv", encoding=encoding, delimiter=";")
    assert items.run(f"id;code;price;sold_at;note\n1;abc;1;;{note}\n".encode(encoding)).inserted == 1
    assert items.query("SELECT note FROM bronze_shop.items") == [(note,)]


def _values(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=4,
    )


# Postgres' json functions refuse an escaped NUL anywhere in a line, so they cannot say what a text column keeps of it.
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "a": _values(st.text(st.characters(exclude_characters="\0"), max_size=9)),
        "b": _values(st.text(max_size=9)),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(OBJECTS, st.binary(max_size=9)), min_size=1))
def test_what_json_lines_become_is_what_postgres_itself_reads_in_them(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any], objects: list[Any]
) -> None:
    declared = {
        **items_declaration,
        "from": {"type": "file", "location": "items", "format": {"type": "json_lines"}},
        "mode": "append",
        "key": [],
        "columns": [{"name": "a", "type": "text"}, {"name": "b", "type": "jsonb"}],
    }
    pipeline = pipeline_of(declared)
    first = b'{"a": "first", "b": null}\n'
    made = [each.replace(b"\n", b"") if isinstance(each, bytes) else json.dumps(each).encode() for each in objects]
    before = pipeline.query("SELECT coalesce(max(load_id), 0) FROM ops.load") if _loaded(pipeline) else [(0,)]
    counts = pipeline.run(first + b"".join(line + b"\n" for line in made))
    assert counts.read == len(made) + 1
    assert counts.inserted + counts.unchanged + counts.rejected == counts.read
    if counts.inserted == 0:
        return
    found = pipeline.query(
        f"SELECT a, b::text FROM bronze_shop.items WHERE _load_id > {before[0][0]} AND a IS DISTINCT FROM 'first'"
    )
    expected = [row for line in made for row in _as_postgres_reads(pipeline, line)]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def _loaded(pipeline: Any) -> bool:
    return bool(pipeline.query("SELECT to_regclass('ops.load')")[0][0])


def _as_postgres_reads(pipeline: Any, line: bytes) -> list[tuple[Any, ...]]:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return []
    if "\0" in text:
        return []
    query = "SELECT a, b::jsonb::text FROM json_to_record(%s::json) AS t (a text, b json)"
    try:
        return [row for row in pipeline.reader.execute(query, (text,)).fetchall() if row[0] != "first"]
    except psycopg.DataError:
        return []
