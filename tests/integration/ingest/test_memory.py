"""Memory of the pods, at files several times as large as what they may take."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from podflow_ingest.settings import Settings

LIMIT = 150 * 1024 * 1024
ROWS = 900_000
TEXT = "x" * 150
MEASURED = """
import atexit, re, sys
from pathlib import Path
status = Path("/proc/self/status")
# Not getrusage: its maximum begins with what the process that forked this one had.
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1], file=sys.stderr))
from podflow_ingest.cli import main
main()
"""


def write_csv(file: Path) -> None:
    with file.open("w") as out:
        out.write("id,code,price,sold_at,note\n")
        out.writelines(f'{number},abc,1,,"{TEXT}"\n' for number in range(ROWS))


def write_json_lines(file: Path) -> None:
    with file.open("w") as out:
        out.writelines(f'{{"id": {number}, "code": "abc", "price": 1, "note": "{TEXT}"}}\n' for number in range(ROWS))


def write_parquet(file: Path) -> None:
    """One row group, which nobody can read but in pieces; texts that do not compress to nothing."""
    numbers = range(ROWS)
    columns = {
        "id": pa.array(numbers, pa.int32()),
        "code": pa.array(["abc"] * ROWS),
        "price": pa.array([1.0] * ROWS),
        "sold_at": pa.nulls(ROWS, pa.timestamp("us", tz="UTC")),
        "note": pa.array([f"{number:08d}{TEXT}" for number in numbers]),
    }
    pq.write_table(pa.table(columns), file, row_group_size=ROWS, compression="none", use_dictionary=False)


@dataclass(frozen=True)
class Pod:
    """Runs `ingest` on folders of the test's own."""

    folder: Path

    def run(self, *arguments: str) -> tuple[dict[str, Any], int]:
        """Return the result and the largest resident size in bytes."""
        result = self.folder / "termination-log"
        result.touch()
        paths = {"PYTHONPATH": "images/ingest:images/task", "PODFLOW_RESULT_FILE": str(result)}
        command = [sys.executable, "-c", MEASURED, *arguments]
        process = subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stderr + process.stdout
        return json.loads(result.read_text()), int(process.stderr.splitlines()[-1]) * 1024


@pytest.fixture
def pod(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Pod:
    assert settings.warehouse_host
    for name, variable in (("source", "CONNECTIONS__FILES"), ("landing", "LANDING_URL")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(variable, (tmp_path / name).as_uri())
    return Pod(tmp_path)


@pytest.mark.parametrize(
    ("form", "write"),
    [("csv", write_csv), ("json_lines", write_json_lines), ("parquet", write_parquet)],
)
def test_a_large_file_takes_no_more_memory_than_a_pod_has(
    pod: Pod, items_declaration: dict[str, Any], form: str, write: Callable[[Path], None]
) -> None:
    file = pod.folder / "source" / "items"
    write(file)
    assert file.stat().st_size > 0.9 * LIMIT
    origin = {"type": "file", "location": "items", "format": {"type": form}, "chunk_bytes": 2 * LIMIT}
    declaration = json.dumps({**items_declaration, "from": origin})
    extracted, extracting = pod.run("extract", declaration, "--date", "2026-11-20")
    (chunk,) = extracted["chunks"]
    loaded, loading = pod.run("load", declaration, chunk)
    print(f"{form}: extract {extracting / 1024**2:.0f} MiB, load {loading / 1024**2:.0f} MiB, {loaded['seconds']} s")
    assert loaded["inserted"] == ROWS
    assert max(extracting, loading) < LIMIT
