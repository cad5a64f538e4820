"""The commands around loading, as an operator runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.ingest.bronze.prices import HEADER, Prices


def ingest(*arguments: str, given: str = "") -> tuple[int, list[dict[str, Any]]]:
    """Run `ingest`; return its exit code and what it printed, line by line."""
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task"}
    done = subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def declared(prices: Prices) -> str:
    return prices.dataset.model_dump_json()


def deliver(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source" / "prices.csv").write_bytes(HEADER + content)


def test_a_delivery_that_extract_recorded_is_closed_by_load_and_replayed(prices: Prices, tmp_path: Path) -> None:
    full = prices.declared(mode="full").dataset.model_dump_json()
    for content in (b"1,1,1.00,a\n2,1,1.00,b\n", b"1,1,1.00,a\n"):
        deliver(tmp_path, content)
        code, events = ingest("extract", full, "--date", "2026-11-20")
        assert code == 0
        (chunk,) = [each["chunk"] for each in events if each["event"] == "chunk"]
        assert ingest("load", full, chunk)[0] == 0
    marked = "id, _deleted_at IS NOT NULL"
    assert prices.table(marked) == [(1, False), (2, True)]
    with prices.owner() as owner:
        owner.execute("DROP TABLE bronze_shop.prices")
    code, events = ingest("replay", full, "--all")
    assert (code, events[-1]["event"], events[-1]["deliveries"], events[-1]["read"]) == (0, "replayed", 2, 3)
    assert prices.table(marked) == [(1, False), (2, True)]


def test_replay_wants_to_know_how_much_and_says_when_there_is_nothing(declared: str) -> None:
    assert ingest("replay", declared)[0] == 2
    assert ingest("replay", declared, "--all", "--date", "2026-11-20")[0] == 2
    assert ingest("replay", declared, "--all")[0] == 99


def test_quarantined_rows_are_listed_repaired_and_given_back(prices: Prices, declared: str) -> None:
    prices.load_all(b"1,1,1.00,a\n2,1,n/a,b\n3,1,x,c\n")
    code, rows = ingest("quarantine", "list", "--dataset", "shop.prices")
    assert code == 0
    assert [(row["line"], row["raw"]) for row in rows] == [(3, "2,1,n/a,b"), (4, "3,1,x,c")]
    repaired = json.dumps({**rows[0], "raw": "2,1,2.00,b"})
    code, events = ingest("quarantine", "resubmit", declared, "-", given=repaired)
    assert (code, events[-1]["event"], events[-1]["inserted"]) == (0, "resubmitted", 1)
    assert prices.table("id") == [(1,), (2,)]
    assert [row["line"] for row in ingest("quarantine", "list")[1]] == [4]
    code, events = ingest("quarantine", "resubmit", declared, "-", given=repaired)
    assert code == 65
    assert "line 3 of raw/shop/prices/" in events[-1]["error"]
    assert ingest("quarantine", "resubmit", declared, "-")[0] == 99


def test_status_lists_the_loads_of_one_dataset(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    prices.load_all(b"1,1,1.00,a\n2,1,1.00,b\n")
    code, (newest, first) = ingest("status", "--dataset", "shop.prices")
    assert code == 0
    assert (newest["inserted"], newest["unchanged"], first["inserted"]) == (1, 1, 1)
    assert newest["seconds"] >= 0
    assert ingest("status", "--dataset", "shop.others") == (0, [])
    assert len(ingest("status", "--limit", "1")[1]) == 1


def test_a_table_that_does_not_fit_is_not_tried_again(prices: Prices) -> None:
    prices.load_all(b"1,1,1.00,a\n")
    columns = prices.dataset.model_dump(mode="json")["columns"]
    columns[1]["type"] = "text"
    other = prices.declared(columns=columns)
    code, events = ingest("load", other.dataset.model_dump_json(), other.land(b"1,1,1.00,a\n"))
    assert code == 65
    assert "ALTER COLUMN version TYPE text USING version::text" in events[-1]["error"]
