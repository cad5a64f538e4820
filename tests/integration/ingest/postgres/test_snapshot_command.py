import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from podflow_ingest import deliveries
from tests.integration.ingest.postgres.conftest import ORDERS_TABLE, Source, Table

MAKE = Callable[..., Table]


@pytest.fixture(autouse=True)
def result_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file like a container's /dev/termination-log: it exists, and it is empty."""
    path = tmp_path / "termination-log"
    path.touch()
    monkeypatch.setenv("PODFLOW_RESULT_FILE", str(path))
    return path


def started(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task"}
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, object]]]:
    output, errors = process.communicate(timeout=120)
    assert errors == ""
    return process.returncode, [json.loads(line) for line in output.splitlines()]


def declaration(table: Table) -> str:
    return table.pipeline.dataset.model_dump_json()


def test_tables_of_a_list_are_extracted_together_and_each_chunk_loads(
    source: Source, table_of: MAKE, result_file: Path
) -> None:
    source.execute(ORDERS_TABLE.format(rows=5) + "; CREATE TABLE lines AS SELECT * FROM orders WHERE id < 4")
    tables = {name: table_of({"table": f"public.{name}"}, name=name, mode="full") for name in ("orders", "lines")}
    code, events = ended(started("snapshot", *map(declaration, tables.values()), "--date", "2026-11-20"))
    assert (code, [each["event"] for each in events][-2:]) == (0, ["extracted", "extracted"])
    result = json.loads(result_file.read_text())
    assert (result["tables"], result["rows"], len(result["chunks"])) == (2, 8, 2)
    for named in result["chunks"]:
        name, _, chunk = named.partition("/")
        assert ended(started("load", declaration(tables[name]), chunk))[0] == 0
        assert deliveries.latest(tables[name].pipeline.root, tables[name].pipeline.dataset, chunk).chunks == (chunk,)
    assert tables["orders"].pipeline.query("SELECT count(*) FROM bronze_shop.orders") == [(5,)]
    assert tables["lines"].pipeline.query("SELECT count(*) FROM bronze_shop.lines") == [(3,)]


def test_tables_without_rows_are_nothing_to_do(source: Source, table_of: MAKE, result_file: Path) -> None:
    source.execute(ORDERS_TABLE.format(rows=0))
    assert ended(started("snapshot", declaration(table_of()), "--date", "2026-11-20"))[0] == 99
    assert json.loads(result_file.read_text()) == {"tables": 1, "rows": 0, "bytes": 0, "chunks": []}


def test_a_flaw_ends_with_the_code_that_is_not_tried_again(table_of: MAKE, result_file: Path) -> None:
    other = table_of(connection="files")
    code, _ = ended(started("snapshot", declaration(table_of()), declaration(other), "--date", "2026-11-20"))
    assert code == 65
    assert "one snapshot is of one database" in json.loads(result_file.read_text())["error"]
    assert ended(started("extract", declaration(table_of()), "--date", "2026-11-20"))[0] == 65
    assert "does not exist (42P01)" in json.loads(result_file.read_text())["error"]


def test_a_pod_that_is_ended_leaves_no_query_behind(source: Source, table_of: MAKE) -> None:
    source.execute(
        "CREATE VIEW slow AS SELECT n::bigint AS id, pg_sleep(0.01)::text AS note FROM generate_series(1, 99999) n"
    )
    columns = [{"name": "id", "type": "bigint", "nullable": False}, {"name": "note", "type": "text"}]
    process = started(
        "extract", declaration(table_of({"table": "public.slow"}, columns=columns)), "--date", "2026-11-20"
    )
    running = (
        "SELECT count(*) > 0 FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'podflow%' AND query LIKE 'COPY%'"
    )
    wait_until(lambda: source.execute(running) == [(True,)])
    process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 143
    # The server notices a moment later.
    wait_until(lambda: source.execute(running) == [(False,)])


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
