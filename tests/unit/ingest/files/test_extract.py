import datetime
import gzip
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from podflow_ingest import objects
from podflow_ingest.errors import LandingFlawError, SourceError, SourceFlawError
from podflow_ingest.files.slices import Slices

HEADER = b"id,price,note\n"
ROWS = b"".join(b'%d,1.50,"a\nb"\n' % number for number in range(100))
LINES = b"".join(b'{"id": %d, "price": 1.50, "note": "a"}\n' % number for number in range(100))


def parquet(**columns: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def form(**members: Any) -> dict[str, Any]:
    return {"location": "items.txt", "format": members}


@pytest.mark.parametrize(
    ("location", "content"),
    [
        ("items.csv.gz", gzip.compress(HEADER + ROWS)),
        ("items.csv.gz", gzip.compress(HEADER) + gzip.compress(ROWS)),
        ("items.csv.zst", zstandard.compress(HEADER + ROWS)),
    ],
)
def test_a_compressed_file_lands_uncompressed_and_its_manifest_says_so(
    files: Any, location: str, content: bytes
) -> None:
    files.origin["location"] = location
    (chunk,) = files.extract(content)["chunks"]
    assert files.landed()[chunk] == HEADER + ROWS
    manifest = files.manifest(chunk)
    assert manifest["source_compression"] == {"z": "gzip", "t": "zstd"}[location[-1]]
    assert manifest["sha256"] == hashlib.sha256(HEADER + ROWS).hexdigest()
    assert (manifest["rows"], manifest["bytes"]) == (100, len(HEADER + ROWS))


def test_compression_can_be_declared_where_the_name_says_nothing(files: Any) -> None:
    files.origin["compression"] = "gzip"
    assert files.extract(gzip.compress(HEADER + ROWS))["rows"] == 100
    files.origin["compression"] = "none"
    files.origin["location"] = "items.gz"
    assert files.extract(HEADER + ROWS)["rows"] == 100


def test_a_file_without_a_header_lands_without_one(files: Any) -> None:
    files.origin["format"] = {"type": "csv", "header": False}
    files.origin["chunk_rows"] = 60
    chunks = files.extract(ROWS)["chunks"]
    landed = files.landed()
    assert b"".join(landed[chunk] for chunk in chunks) == ROWS
    assert [(files.manifest(chunk)["rows"], files.manifest(chunk)["first_line"]) for chunk in chunks] == [
        (60, 1),
        (40, 121),
    ]


def test_without_quotes_every_newline_ends_a_record(files: Any) -> None:
    files.origin = form(type="csv", delimiter="\t", quote=None)
    content = b'id\tprice\tnote\n1\t1\t5" pipe\n2\t2\tend\n'
    assert files.extract(content)["rows"] == 2


def test_utf_16_lands_as_utf_8(files: Any) -> None:
    files.origin = form(type="csv", encoding="utf-16", delimiter=";")
    (chunk,) = files.extract("id;price;note\n1;1;é\n".encode("utf-16"))["chunks"]
    assert files.landed()[chunk] == "id;price;note\n1;1;é\n".encode()
    with pytest.raises(SourceFlawError, match="not utf-16, near byte"):
        files.extract("id;price;note\n1;1;é\n".encode("utf-16") + b"\0")


def test_json_lines_land_as_they_are(files: Any) -> None:
    files.origin = {**form(type="json_lines"), "chunk_rows": 30}
    extracted = files.extract(LINES)
    landed = files.landed()
    assert b"".join(landed[chunk] for chunk in extracted["chunks"]) == LINES
    assert [chunk[-11:] for chunk in extracted["chunks"]] == [f"-{number:04d}.jsonl" for number in range(1, 5)]
    assert extracted["rows"] == 100


def test_a_parquet_file_is_one_chunk(files: Any) -> None:
    files.origin = form(type="parquet")
    content = parquet(id=[1, 2], price=["1", None], note=["a", None], other=[1, 2])
    (chunk,) = files.extract(content)["chunks"]
    assert files.landed()[chunk] == content
    assert files.manifest(chunk)["rows"] == 2
    assert chunk.endswith("-0001.parquet")


def test_chunks_of_a_delivery_know_their_place_in_it(files: Any) -> None:
    files.origin["chunk_rows"] = 40
    chunks = files.extract(HEADER + ROWS)["chunks"]
    places = [files.manifest(chunk)["delivery"] for chunk in chunks]
    assert [(place["number"], place["chunks"]) for place in places] == [(1, 3), (2, 3), (3, 3)]
    assert len({place["id"] for place in places}) == 1


def test_another_division_of_the_same_file_is_other_chunks(files: Any) -> None:
    first = files.extract(HEADER + ROWS)["chunks"]
    assert files.extract(HEADER + ROWS)["chunks"] == first
    files.origin["chunk_rows"] = 40
    assert not set(files.extract(HEADER + ROWS)["chunks"]) & set(first)


def test_a_chunk_larger_than_what_is_read_at_a_time_lands(files: Any) -> None:
    rows = ROWS * (objects.PART_SIZE // len(ROWS) * 3)
    (chunk,) = files.extract(HEADER + rows)["chunks"]
    assert files.landed()[chunk] == HEADER + rows


@pytest.mark.usefixtures("small_parts")
def test_a_source_that_fails_while_a_large_chunk_is_written_leaves_nothing(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_slices: object, _size: int) -> Iterator[bytes]:
        yield from [ROWS] * 3
        raise SourceError("the source is gone")

    monkeypatch.setattr(Slices, "take", lost)
    with pytest.raises(SourceError, match="the source is gone"):
        files.extract(HEADER + ROWS * 500)
    assert files.landed() == {}


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Large objects begin at this size."""
    monkeypatch.setattr(objects, "PART_SIZE", 1000)
    return 1000


@pytest.mark.usefixtures("small_parts")
def test_a_large_chunk_is_written_in_parts_and_found_in_place_the_next_time(files: Any) -> None:
    (chunk,) = files.extract(HEADER + ROWS * 500)["chunks"]
    before = files.landed()
    assert before[chunk] == HEADER + ROWS * 500
    assert files.manifest(chunk)["sha256"] == hashlib.sha256(HEADER + ROWS * 500).hexdigest()
    assert files.extract(HEADER + ROWS * 500)["chunks"] == [chunk]
    assert files.landed() == before


@pytest.mark.usefixtures("small_parts")
def test_a_large_chunk_is_never_overwritten(files: Any) -> None:
    (chunk,) = files.extract(HEADER + ROWS * 500)["chunks"]
    (files.landing / "raw" / "shop" / "items" / chunk).write_bytes(b"something else")
    with pytest.raises(LandingFlawError, match="exists with other content, and landing is never overwritten"):
        files.extract(HEADER + ROWS * 500)


@pytest.mark.parametrize(
    ("origin", "content", "message"),
    [
        ({"location": "items.csv.gz"}, gzip.compress(HEADER + ROWS)[:-9], "truncated: it ends in the middle"),
        ({"location": "items.csv.zst"}, zstandard.compress(HEADER + ROWS)[:-9], "truncated: it ends in the middle"),
        ({"location": "items.csv.gz"}, HEADER + ROWS, "not gzip, or damaged"),
        ({}, b"", "the file is empty, not even a header"),
        ({}, b"id,price,note\r1,1,x\r", "lines end with a carriage return alone"),
        (form(type="csv", header=False), b"", "the file is empty, it has no record"),
        ({}, HEADER + b'1,1,x\n2,1,"never closed\n3,1,x\n', "line 3: a quoted field begins in this record and never"),
        (form(type="json_lines"), b"", "the file is empty, it has no record"),
        (form(type="json_lines"), b"<!DOCTYPE html>\n<html>", "the first line is no JSON object: '<!DOCTYPE html>'"),
        (form(type="json_lines"), b"[1, 2]\n", "the first line is no JSON object"),
        (form(type="json_lines"), b'{"ID": 1}\n', "has none of the columns of shop.items; its members: 'ID'"),
        (form(type="parquet"), b"", "not a Parquet file, or not a whole one"),
        (form(type="parquet"), HEADER + ROWS, "not a Parquet file, or not a whole one"),
        (form(type="parquet"), parquet(id=[1], price=[1], note=["x"])[:-20], "not a Parquet file, or not a whole one"),
        (form(type="parquet"), parquet(id=[1], note=["x"]), "column 'price' is missing"),
        (
            form(type="parquet"),
            parquet(id=[1.5], price=[b"1"], note=["x"]),
            "'id' is declared integer, the file has double; column 'price' is declared .*, the file has binary",
        ),
    ],
)
def test_a_file_that_is_not_what_is_declared_is_refused_and_nothing_is_landed(
    files: Any, origin: dict[str, Any], content: bytes, message: str
) -> None:
    files.origin.update(origin)
    with pytest.raises(SourceError, match=message) as caught:
        files.extract(content)
    assert files.origin["location"] in str(caught.value)
    assert files.landed() == {}


@pytest.mark.parametrize(
    ("origin", "content"),
    [
        ({}, HEADER),
        (form(type="parquet"), parquet(id=pa.array([], pa.int32()), price=[], note=[])),
    ],
)
def test_a_file_without_rows_gives_no_chunks(files: Any, origin: dict[str, Any], content: bytes) -> None:
    files.origin.update(origin)
    assert files.extract(content)["chunks"] == []
    assert files.landed() == {}


def test_members_that_are_not_declared_are_named_in_the_log(files: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files.origin = form(type="json_lines")
    files.extract(b'{"id": 1, "colour": "red"}\n')
    assert '"members": ["colour"]' in capsys.readouterr().out


def test_a_day_is_a_partition(files: Any) -> None:
    (chunk,) = files.extract(HEADER + ROWS)["chunks"]
    assert chunk.startswith(f"dt={datetime.date(2026, 11, 20)}/items-")
