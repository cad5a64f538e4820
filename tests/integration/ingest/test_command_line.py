import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEADER = b"id,code,price,sold_at,note\n"


def ingest(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task", **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def result_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file like a container's /dev/termination-log: it exists, and it is empty."""
    path = tmp_path / "termination-log"
    path.touch()
    monkeypatch.setenv("PODFLOW_RESULT_FILE", str(path))
    return path


def test_extract_and_load_end_with_a_result_and_one_log_line_an_event(items: Any, result_file: Path) -> None:
    items.deliver(HEADER + b"1,abc,1,,\n2,abc,x,,\n")
    dataset = items.dataset.model_dump_json()
    extracted = ingest("extract", dataset, "--date", "2026-11-20")
    assert (extracted.returncode, extracted.stderr) == (0, "")
    (chunk,) = json.loads(result_file.read_text())["chunks"]
    loaded = ingest("load", dataset, chunk)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    result = json.loads(result_file.read_text())
    assert result.pop("seconds") > 0
    counts = {"read": 2, "inserted": 1, "updated": 0, "unchanged": 0, "duplicate": 0, "rejected": 1}
    assert result == {"dataset": "shop.items", "chunk": chunk, **counts}
    events = [json.loads(line) for line in loaded.stdout.splitlines()]
    assert [each["event"] for each in events] == ["refused", "loaded"]
    assert counts.items() <= events[-1].items()


def test_a_file_with_nothing_but_a_header_is_nothing_to_do(items: Any, result_file: Path) -> None:
    items.deliver(HEADER)
    assert ingest("extract", items.dataset.model_dump_json(), "--date", "2026-11-20").returncode == 99
    assert json.loads(result_file.read_text())["chunks"] == []


def test_a_missing_column_fails_with_file_and_column_in_the_result(items: Any, result_file: Path) -> None:
    items.deliver(HEADER.replace(b"price,", b""))
    failed = ingest("extract", items.dataset.model_dump_json(), "--date", "2026-11-20")
    assert failed.returncode == 65
    error = json.loads(result_file.read_text())["error"]
    assert "source/items.csv" in error
    assert "column 'price' is missing" in error
    assert json.loads(failed.stdout.splitlines()[-1])["error"] == error
    assert "Traceback" not in failed.stderr


@pytest.mark.usefixtures("result_file")
@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"CONNECTIONS__FILES": ""}, "connection 'files' is not configured"),
        ({"LANDING_URL": ""}, "LANDING_URL is not set"),
        ({"WAREHOUSE_PORT": "many"}, "environment variable WAREHOUSE_PORT"),
        ({"LANDING_URL": "gopher://x"}, "gopher://x: not a store that can be opened"),
    ],
)
def test_a_wrong_environment_is_named(items: Any, variables: dict[str, str], message: str) -> None:
    items.deliver(HEADER)
    failed = ingest("extract", items.dataset.model_dump_json(), "--date", "2026-11-20", **variables)
    assert failed.returncode == 65
    assert message in failed.stdout


def test_a_warehouse_that_is_away_is_named(items: Any, result_file: Path) -> None:
    items.deliver(HEADER + b"1,abc,1,,\n")
    (chunk,) = items.extract()["chunks"]
    failed = ingest("load", items.dataset.model_dump_json(), chunk, WAREHOUSE_PORT="1")
    assert failed.returncode == 1
    error = json.loads(result_file.read_text())["error"]
    assert "at 127.0.0.1:1: connection failed" in error
    assert error.endswith("; running again is safe")


def test_status_and_quarantine_list_what_was_loaded(items: Any) -> None:
    assert [ingest(*command).stdout for command in (["status"], ["quarantine", "list"])] == ["", ""]
    items.run(HEADER + b"1,abc,1,,\n2,abc,x,,\n")
    items.run(HEADER + b"3,abc,1,,\n")
    newest, first = (json.loads(line) for line in ingest("status").stdout.splitlines())
    assert (newest["read"], newest["inserted"], newest["rejected"]) == (1, 1, 0)
    assert (first["read"], first["inserted"], first["rejected"]) == (2, 1, 1)
    (row,) = (json.loads(line) for line in ingest("quarantine", "list").stdout.splitlines())
    assert (row["dataset"], row["line"], row["raw"]) == ("shop.items", 3, "2,abc,x,,")
    assert len(ingest("status", "--limit", "1").stdout.splitlines()) == 1


def test_help_explains_each_command() -> None:
    for command in ("extract", "stage", "load", "replay", "status", "quarantine"):
        assert f"podflow_ingest.cli {command}" in ingest(command, "--help", COLUMNS="120").stdout
    assert "99 nothing to do" in " ".join(ingest("--help", COLUMNS="120").stdout.split())
