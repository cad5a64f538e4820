"""Memory of the pods, at files several times as large as what they may take."""

import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from podflow_ingest.http import client
from podflow_ingest.settings import Settings
from tests.unit.ingest.http.api_server import Answer, Request, serving

# Variables of the image that are constants.
IMAGE = dict(re.findall(r"(?m)^ENV (\w+)=(\S+)$", Path("images/ingest/Dockerfile").read_text()))
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
        process = subprocess.run(
            command, env={**os.environ, **IMAGE, **paths}, capture_output=True, text=True, check=False
        )
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


def full_pages(request: Request) -> Answer:
    """Nine pages, each almost as large as a page may be."""
    number = int(request.params["page"])
    if number > 9:
        return Answer(b'{"data": []}')
    records = client.PAGE_LIMIT // (len(TEXT) + 130)
    first = number * records
    at = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC).isoformat()
    data = [
        {"id": each, "code": "abc", "price": {"net": each / 4}, "sold_at": at, "note": TEXT}
        for each in range(first, first + records)
    ]
    return Answer(json.dumps({"data": data}).encode())


def test_pages_of_an_api_take_no_more_memory_than_a_pod_has(
    pod: Pod, items_declaration: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"price": "price.net"}
    origin = {"type": "http", "path": "items", "records": "data", "pagination": {"type": "page"}, "fields": fields}
    declaration = json.dumps({**items_declaration, "from": origin})
    with serving(full_pages) as server:
        monkeypatch.setenv("CONNECTIONS__FILES", server.url)
        extracted, extracting = pod.run("extract", declaration, "--date", "2026-11-20")
    staged, staging = pod.run("stage", declaration, *extracted["chunks"])
    loaded, loading = pod.run("load", declaration, staged["chunks"][0])
    peaks = [
        f"{name} {peak / 1024**2:.0f}"
        for name, peak in zip(("extract", "stage", "load"), (extracting, staging, loading), strict=True)
    ]
    print(f"api: {extracted['bytes'] / 1024**2:.0f} MiB; {', '.join(peaks)} MiB")
    assert extracted["bytes"] > 50 * 1024**2
    assert loaded["inserted"] == loaded["read"] > 0
    assert max(extracting, staging, loading) < LIMIT
