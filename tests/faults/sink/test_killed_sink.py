"""The sink's process is killed (SIGKILL), at known moments and at random ones, or stopped and woken again."""

import random
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.faults.loader.wire import AfterCommit, BeforeCommit, DuringCopy, Wire
from tests.faults.sink.produced import assert_all_landed_once, produce
from tests.kafka_shop import Shop

Observe = Callable[[str, str], None]
BATCH_DONE = "SET read = "
"""The last statement before the COMMIT of a batch."""
TIMES = 20
SESSIONS = "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'podflow ingest%'"


def during_copy(port: int) -> Wire:
    return DuringCopy(port, '"bronze_shop"."orders"', 500_000)


def before_commit(port: int) -> Wire:
    return BeforeCommit(port, BATCH_DONE)


def after_commit(port: int) -> Wire:
    return AfterCommit(port, BATCH_DONE)


def draining(shop: Shop, **environment: str) -> subprocess.Popen[str]:
    return shop.start("drain", shop.dataset.model_dump_json(), KAFKA_BATCH_ROWS="2000", **environment)


@pytest.mark.parametrize("moment", [during_copy, before_commit, after_commit])
def test_killed_at_a_known_moment(shop: Shop, observe: Observe, moment: Callable[[int], Wire]) -> None:
    produce(shop, 10_000)
    with moment(shop.settings.warehouse_port) as wire:
        process = draining(shop, WAREHOUSE_PORT=str(wire.port))
        assert wire.stopped.wait(60)
        process.kill()
        shop.end(process)
    if moment is after_commit:
        shop.until("EXISTS (SELECT FROM ops.load WHERE finished_at IS NOT NULL)")
    shop.until(f"NOT EXISTS (SELECT {SESSIONS})")
    written = shop.query("SELECT coalesce(sum(read), 0)::int FROM ops.load")[0][0]
    assert (written > 0) == (moment is after_commit)
    assert shop.drain()["read"] == 10_000 - written
    assert_all_landed_once(shop)
    what = "all of its batch" if moment is after_commit else "nothing of its batch"
    observe(f"sink killed (SIGKILL) {moment.__name__.replace('_', ' ')}", f"{what}; the next one goes on behind it")


@pytest.mark.timeout(600)
def test_killed_at_random_moments(shop: Shop, observe: Observe) -> None:
    produce(shop, 400_000)
    moments = random.Random(6)
    hit = 0
    for _ in range(TIMES):
        process = draining(shop)
        assert process.stdout is not None
        for _ in range(moments.randrange(1, 12)):  # three partitions taken over, and what is written of each
            process.stdout.readline()
        time.sleep(moments.uniform(0, 0.1))
        process.kill()
        hit += shop.end(process).code == -signal.SIGKILL
    batches = shop.query("SELECT count(*) FROM ops.load")[0][0]
    left = shop.drain()["read"]
    assert hit == TIMES
    assert batches >= TIMES
    assert 0 < left < 400_000
    assert_all_landed_once(shop)
    observe(f"sink killed (SIGKILL) at {TIMES} random moments", f"{batches} batches by then; every message landed once")


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3])
def test_stopped_and_woken_when_another_has_its_work(shop: Shop, observe: Observe, seconds: float) -> None:
    produce(shop, 100_000)
    stopped = draining(shop)
    assert stopped.stdout is not None
    stopped.stdout.readline()
    time.sleep(seconds)
    stopped.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    assert shop.drain()["read"] > 0
    took = time.monotonic() - began
    before = shop.query("SELECT xmin, ctid, o.* FROM ops.load AS o ORDER BY load_id")
    stopped.send_signal(signal.SIGCONT)
    done = shop.end(stopped)
    assert done.code == 1
    assert "was taken over by orders-sink; nothing of this batch was written" in done.error
    assert shop.query("SELECT xmin, ctid, o.* FROM ops.load AS o ORDER BY load_id") == before
    assert_all_landed_once(shop)
    observe(
        f"sink stopped (SIGSTOP) {seconds} s after it began, woken when another had drained the topic ({took:.0f} s)",
        "exit 1: taken over; it wrote nothing",
    )
