import pytest

from benchmarks.ingest.__main__ import parse
from benchmarks.ingest.session import Plan

PLAN = Plan(rows=(100_000, 1_000_000, 10_000_000), rounds=3)


def test_small_sizes_are_repeated_and_large_ones_less() -> None:
    assert [PLAN.rounds_of(rows, "podflow, one pod") for rows in PLAN.rows] == [3, 3, 1]
    assert [PLAN.rounds_of(rows, "dlt, CSV import, upsert") for rows in PLAN.rows] == [3, 1, 1]


def test_files_have_every_size_and_the_other_parts_one() -> None:
    sizes = {part: [rows for rows in PLAN.rows if PLAN.has(part, rows)] for part in PLAN.parts}
    assert sizes == {"files": list(PLAN.rows), "chunks": [1_000_000], "tables": [1_000_000], "api": [100_000]}


def test_a_size_that_is_asked_for_alone_holds_for_all_parts() -> None:
    assert Plan(rows=(10_000,)).has("tables", 10_000)
    assert not Plan(parts=("files",), rows=(10_000,)).has("tables", 10_000)


def test_settings_of_postgres_are_names_with_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["--set", "wal_buffers=16MB", "commit_delay=0"]).set == [
        ("wal_buffers", "16MB"),
        ("commit_delay", "0"),
    ]
    with pytest.raises(SystemExit):
        parse(["--set", "wal_buffers"])
    assert "'wal_buffers' is not NAME=VALUE" in capsys.readouterr().err
