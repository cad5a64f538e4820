import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from podflow_ingest.cli import application

HEADER = b"id,code,price,sold_at,note\n"


def ingest(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task", **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


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


def commands(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of every command, of groups too."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *path, name)


APPLICATION = application()
COMMANDS = list(commands(typer.main.get_command(APPLICATION)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_explains_each_command(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(APPLICATION, [*path, "--help"], prog_name="ingest", env={"COLUMNS": "120"})
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert " ".join(["Usage: ingest", *path]) in shown.stdout
    # What the command does, and each of its options.
    text = re.sub(r"[^\w\s-]", "", shown.stdout)
    assert len(text.split()) > 20


def test_help_names_every_command_and_the_exit_codes() -> None:
    assert {path[0] for path in COMMANDS if path} == {
        "extract",
        "snapshot",
        "stage",
        "transform",
        "load",
        "replay",
        "status",
        "quarantine",
        "drain",
        "follow",
        "offsets",
        "settings",
    }
    shown = ingest("--help", COLUMNS="120").stdout
    assert "99 nothing to do" in " ".join(shown.split())


def test_a_terminal_gets_lines_and_tables_for_people(items: Any) -> None:
    items.deliver(HEADER + b"1,abc,1,,\n")
    dataset = items.dataset.model_dump_json()
    extracted = on_terminal("extract", dataset, "--date", "2026-11-20")
    (done,) = [line for line in extracted.splitlines() if "  extracted  " in line]
    assert "rows=1" in done
    assert "{" not in done
    items.load(items.extract()["chunks"][0])
    header, row = on_terminal("status").splitlines()
    assert header.split()[:3] == ["load_id", "dataset", "chunk"]
    assert row.split()[:2] == ["1", "shop.items"]
    assert on_terminal("quarantine", "list").strip() == "nothing"


def on_terminal(*arguments: str) -> str:
    """Run `ingest` on a pseudo-terminal; return what it shows."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task", "COLUMNS": "400", "TERM": "xterm"}
    with subprocess.Popen(command, env=environment, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        # Linux says EIO where the other side is closed.
        with contextlib.suppress(OSError):
            while piece := os.read(master, 65536):
                shown += piece
        os.close(master)
        assert process.wait(120) == 0, shown
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
