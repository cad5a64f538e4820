import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from podflow_ingest import landing, objects
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.errors import DeclarationError, LandingError, LandingFlawError
from podflow_ingest.http.sequence import framed
from podflow_ingest.landing import Delivery, Manifest
from podflow_ingest.objects import Root
from podflow_ingest.stage import columnar
from podflow_ingest.stage.stage import stage

CHUNK = "dt=2026-11-20/launches-0123456789ab-0001.jsonseq"
DECLARATION: dict[str, Any] = {
    "source": "space",
    "connection": "space_api",
    "name": "launches",
    "description": "",
    "from": {"type": "http", "path": "launches", "records": "docs"},
    "mode": "upsert",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "cost", "type": "numeric(12,2)"},
        {"name": "at", "type": "timestamptz"},
        {"name": "crew", "type": "jsonb"},
    ],
}


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return objects.open_root(tmp_path.as_uri())


def land(root: Root, *pages: bytes) -> None:
    """Write pages as the raw chunk CHUNK."""
    path = landing.chunk_path(parse_dataset(json.dumps(DECLARATION)), CHUNK)
    written = landing.write_data(root, path, [part for page in pages for part in framed(page)])
    manifest = Manifest(
        bytes=written.bytes,
        rows=0,
        sha256=written.sha256,
        source="http://api/launches",
        delivery=Delivery(id="0123456789ab", number=1, chunks=1),
    )
    landing.write_manifest(root, path, manifest)


def staged(root: Root, **changes: Any) -> tuple[str, Manifest, pa.Table]:
    """Stage CHUNK; return its name, manifest and content."""
    dataset = parse_dataset(json.dumps({**DECLARATION, **changes}))
    name, manifest = stage(dataset, CHUNK, root)
    found = landing.find_chunk(root, landing.chunk_path(dataset, name))
    assert found.manifest == manifest
    return name, manifest, pq.read_table(io.BytesIO(b"".join(found.stream())))


def rejects(root: Root, name: str) -> list[dict[str, Any]]:
    path = landing.rejects_path(landing.chunk_path(parse_dataset(json.dumps(DECLARATION)), name))
    return [json.loads(line) for line in b"".join(objects.read(root, path)).splitlines()]


def test_a_staged_chunk_has_the_declared_schema_and_every_row_its_number(root: Root) -> None:
    land(
        root,
        b'{"docs": [{"id": 1, "cost": 1.005, "at": "2026-11-20T01:00:00+01:00", "crew": {"a": [1]}}]}\n',
        b'{"docs": [{"id": 2}]}',
    )
    name, manifest, table = staged(root)
    assert re.fullmatch(r"stage/dt=2026-11-20/launches-0123456789ab-0001\.[0-9a-f]{8}\.parquet", name)
    assert [(field.name, str(field.type), field.nullable) for field in table.schema] == [
        ("_record", "int64", False),
        ("id", "int32", False),
        ("cost", "decimal128(12, 2)", True),
        ("at", "timestamp[us, tz=UTC]", True),
        ("crew", "string", True),
    ]
    assert [[str(value) for value in row.values()] for row in table.to_pylist()] == [
        ["1", "1", "1.01", "2026-11-20 00:00:00+00:00", '{"a":[1]}'],
        ["2", "2", "None", "None", "None"],
    ]
    assert (manifest.rows, manifest.rejects, manifest.delivery) == (
        2,
        None,
        Delivery(id="0123456789ab", number=1, chunks=1),
    )
    assert manifest.source.endswith(f"raw/space/launches/{CHUNK}")


def test_a_column_can_say_of_which_day_the_delivery_is(root: Root) -> None:
    land(root, b'{"docs": [{"id": 1}, {"id": 2}]}')
    origin = {**DECLARATION["from"], "fields": {"seen_on": "{date}"}}
    columns = [*DECLARATION["columns"][:1], {"name": "seen_on", "type": "date", "nullable": False}]
    _, _, table = staged(root, columns=columns, **{"from": origin})
    assert [str(day) for day in table.column("seen_on").to_pylist()] == ["2026-11-20", "2026-11-20"]


def test_bad_records_are_set_aside_with_number_and_reason_and_the_counts_balance(root: Root) -> None:
    land(root, b'{"docs": [{"id": "x", "note": "\xff"}, {"id": 2}, {"id": null}]}', b'{"docs": [3, {"id": 4}]}')
    name, manifest, table = staged(root)
    assert table.column("_record").to_pylist() == [2, 5]
    found = rejects(root, name)
    assert [(each["line"], each["reason"]) for each in found] == [
        (1, "not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (3, "id: required, but missing"),
        (4, "neither an object nor a list"),
    ]
    assert found[0]["raw"] == r'{"id": "x", "note": "\xff"}'
    assert manifest.rejects is not None
    assert (manifest.rows, manifest.rejects.rows) == (5, 3)


def test_staging_again_finds_the_chunk_in_place(root: Root, tmp_path: Path) -> None:
    land(root, b'{"docs": [{"id": 1}, {"id": "x"}]}')
    name, manifest, _ = staged(root)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert staged(root)[:2] == (name, manifest)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


def test_a_staged_chunk_is_not_made_anew_by_another_version_of_the_writer(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(root, b'{"docs": [{"id": 1}, {"id": 2}]}')
    first = staged(root)
    monkeypatch.setattr(columnar, "GROUP_ROWS", 1)
    assert staged(root)[:2] == first[:2]


def test_another_declaration_of_the_columns_gives_another_chunk(root: Root) -> None:
    land(root, b'{"docs": [{"id": 1, "cost": 2}]}')
    other = [*DECLARATION["columns"][:1], {"name": "cost", "type": "integer"}]
    assert staged(root)[0] != staged(root, columns=other)[0]
    assert staged(root)[0] == staged(root, description="other words")[0]


@pytest.mark.parametrize(("limit", "most", "groups"), [("GROUP_ROWS", 7, 3), ("GROUP_SIZE", 40, 5)])
def test_many_rows_come_in_groups(
    root: Root, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, groups: int
) -> None:
    monkeypatch.setattr(columnar, limit, most)
    land(root, json.dumps({"docs": [{"id": number} for number in range(10, 30)]}).encode())
    name, manifest, table = staged(root)
    assert table.column("id").to_pylist() == list(range(10, 30))
    assert manifest.rows == 20
    path = landing.chunk_path(parse_dataset(json.dumps(DECLARATION)), name)
    assert pq.ParquetFile(io.BytesIO(b"".join(objects.read(root, path)))).num_row_groups == groups


def test_a_chunk_whose_records_are_all_bad_is_an_empty_table_and_its_rejects(root: Root) -> None:
    land(root, b'{"docs": [{}]}')
    name, manifest, table = staged(root)
    assert (table.num_rows, manifest.rows, len(rejects(root, name))) == (0, 1, 1)


def test_a_raw_chunk_that_was_changed_is_refused(root: Root, tmp_path: Path) -> None:
    land(root, b'{"docs": [{"id": 1}]}')
    (tmp_path / "raw/space/launches" / CHUNK).write_bytes(b"".join(framed(b'{"docs": [{"id": 2}]}')))
    with pytest.raises(LandingFlawError, match="was changed after extract"):
        staged(root)
    assert not (tmp_path / "stage").exists()


def test_a_raw_chunk_that_is_not_there_is_named(root: Root) -> None:
    with pytest.raises(LandingError, match=f"{CHUNK}.manifest.json: no such object"):
        staged(root)


def test_records_that_moved_since_extract_are_a_flaw(root: Root) -> None:
    land(root, b'{"data": [{"id": 1}]}')
    with pytest.raises(LandingFlawError, match=r"there is nothing at `records: docs`.*nothing was staged"):
        staged(root)


def test_a_dataset_of_files_needs_no_stage(root: Root) -> None:
    origin = {"type": "file", "location": "a.csv", "format": {"type": "csv"}}
    with pytest.raises(DeclarationError, match=r"space\.launches comes from a file and is loaded without `stage`"):
        staged(root, **{"from": origin})
