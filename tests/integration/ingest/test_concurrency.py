import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from podflow_ingest.bronze.ledger import Counts

HEADER = b"id,code,price,sold_at,note\n"
MERGE_LOCK = "hashtextextended('podflow merge shop.items', 0)"


def rows(first: int, last: int) -> bytes:
    return b"".join(b"%d,abc,1,,\n" % number for number in range(first, last + 1))


@contextmanager
def waiting_for_the_merge_lock(items: Any, warehouse: Any, chunk: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `ingest load` until it waits to merge, then hand over its process; free the lock at the end."""
    with warehouse.connect() as holder:
        holder.execute(f"SELECT pg_advisory_lock({MERGE_LOCK})")
        command = [sys.executable, "-m", "podflow_ingest.cli", "load", items.dataset.model_dump_json(), chunk]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "images/ingest:images/task"})
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
        deadline = time.monotonic() + 120
        while holder.execute(waiting).fetchone() != (1,):
            assert time.monotonic() < deadline, "the load never came to its merge"
            time.sleep(0.05)
        yield process
        process.wait(120)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143)])
def test_a_load_that_dies_before_its_commit_leaves_nothing(
    items: Any, warehouse: Any, sent: signal.Signals, code: int
) -> None:
    items.deliver(HEADER + rows(1, 10) + b"11,abc,n/a,,\n")
    (chunk,) = items.extract()["chunks"]
    with waiting_for_the_merge_lock(items, warehouse, chunk) as process:
        process.send_signal(sent)
    assert process.returncode == code
    for table in ("bronze_shop.items", "ops.load", "ops.quarantine"):
        assert items.query(f"SELECT count(*) FROM {table}") == [(0,)]
    assert items.load(chunk) == Counts(read=11, inserted=10, updated=0, unchanged=0, duplicate=0, rejected=1)


def test_a_load_that_loses_its_server_connection_leaves_nothing(items: Any, warehouse: Any) -> None:
    items.deliver(HEADER + rows(1, 10))
    (chunk,) = items.extract()["chunks"]
    with waiting_for_the_merge_lock(items, warehouse, chunk) as process, warehouse.connect() as other:
        waiting = "datname = current_database() AND wait_event = 'advisory'"
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waiting}")
    assert process.returncode == 1
    assert items.query("SELECT count(*) FROM ops.load") == [(0,)]
    assert items.load(chunk).inserted == 10


def test_chunks_of_one_table_load_at_once_even_when_the_table_is_yet_to_be_made(items: Any) -> None:
    items.deliver(HEADER + rows(1, 4000))
    chunks = items.extract()["chunks"]
    with ThreadPoolExecutor(len(chunks)) as pool:
        counts = list(pool.map(items.load, chunks))
    assert len(chunks) == 4
    assert [each.inserted for each in counts] == [1000] * 4
    assert items.query("SELECT count(*), min(id), max(id) FROM bronze_shop.items") == [(4000, 1, 4000)]
    assert items.query("SELECT sum(read), sum(inserted) FROM ops.load") == [(4000, 4000)]


def test_one_chunk_loaded_twice_at_once_is_inserted_once(items: Any) -> None:
    items.deliver(HEADER + rows(1, 1000))
    (chunk,) = items.extract()["chunks"]
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(items.load, [chunk, chunk]))
    assert sorted((each.inserted, each.unchanged) for each in counts) == [(0, 1000), (1000, 0)]


def test_chunks_with_the_same_keys_do_not_break_each_other(items: Any) -> None:
    items.deliver(HEADER + rows(1, 1000) + rows(1, 1000))
    chunks = items.extract()["chunks"]
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(items.load, chunks))
    assert sum(each.inserted for each in counts) == 1000
    assert sum(each.unchanged for each in counts) == 1000


def test_readers_see_the_table_while_a_load_waits(items: Any, warehouse: Any) -> None:
    items.run(HEADER + rows(1, 3))
    items.deliver(HEADER + rows(1, 5))
    (chunk,) = items.extract()["chunks"]
    with waiting_for_the_merge_lock(items, warehouse, chunk) as process:
        assert items.query("SELECT count(*) FROM bronze_shop.items") == [(3,)]
        process.kill()
