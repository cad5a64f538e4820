"""`ingest follow`: what comes is in bronze soon, and SIGTERM ends it well."""

import signal
import subprocess
import time
from collections.abc import Callable

from tests.kafka_shop import TABLE, Shop, order
from tests.servers import Server, docker


def until(condition: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)


def landed(shop: Shop) -> int:
    (there,) = shop.query(f"SELECT to_regclass('{TABLE}') IS NOT NULL")
    return int(shop.query(f"SELECT count(*) FROM {TABLE}")[0][0]) if there[0] else 0


def test_it_goes_on_until_it_is_told_to_stop(shop: Shop) -> None:
    heartbeat = shop.folder / "heartbeat"
    shop.send(map(order, range(10)))
    process = shop.start(
        "follow", shop.dataset.model_dump_json(), KAFKA_LINGER="0.2", PODFLOW_HEARTBEAT_FILE=str(heartbeat)
    )
    until(lambda: landed(shop) == 10, process)
    assert heartbeat.exists()
    shop.send([*map(order, range(10, 20)), b"no order"], partition=2)
    until(lambda: landed(shop) == 20, process)
    process.send_signal(signal.SIGTERM)
    done = shop.end(process)
    assert done.code == 0
    expected = {"event": "stopped", "read": 21, "rows": 20, "rejected": 1, "lag": 0}
    assert expected.items() <= done.events[-1].items()
    assert done.result["batches"] == len([each for each in done.events if each["event"] == "batch"])
    assert shop.drain()["read"] == 0


def test_a_few_messages_wait_for_more(shop: Shop) -> None:
    process = shop.start("follow", shop.dataset.model_dump_json(), KAFKA_LINGER="8")
    until(lambda: bool(shop.query("SELECT to_regclass('ops.kafka_offset') IS NOT NULL")[0][0]), process)
    for number in range(5):
        shop.send([order(number)])
    until(lambda: landed(shop) == 5, process)
    process.send_signal(signal.SIGTERM)
    assert shop.end(process).result["batches"] == 1


def test_stopped_in_the_middle_of_many_it_ends_after_the_batch(shop: Shop) -> None:
    shop.send(map(order, range(60_000)))
    process = shop.start("follow", shop.dataset.model_dump_json(), KAFKA_BATCH_ROWS="2000")
    until(lambda: landed(shop) > 0, process)
    process.send_signal(signal.SIGTERM)
    done = shop.end(process)
    assert done.code == 0
    assert 0 < done.result["rows"] < 60_000
    assert done.result["lag"] == 60_000 - done.result["rows"]
    assert shop.drain()["rows"] == done.result["lag"]
    assert shop.ids() == [f"O-{number}" for number in range(60_000)]


def test_a_broker_that_was_killed_and_came_back_is_followed_on(shop: Shop, kafka_server: Server) -> None:
    shop.send([order(0)])
    process = shop.start("follow", shop.dataset.model_dump_json(), KAFKA_LINGER="0.1", KAFKA_PATIENCE="200")
    until(lambda: landed(shop) == 1, process)
    docker("kill", kafka_server.container)
    docker("start", kafka_server.container)
    shop.send([order(1)])
    # A broker that starts on a busy machine may take a minute.
    until(lambda: landed(shop) == 2, process, seconds=200)
    process.send_signal(signal.SIGTERM)
    done = shop.end(process)
    assert (done.code, done.result["rows"], done.result["lag"]) == (0, 2, 0), done.events


def test_a_partition_that_is_added_is_followed_too(shop: Shop) -> None:
    shop.send([order(0)])
    process = shop.start("follow", shop.dataset.model_dump_json(), KAFKA_LINGER="0.1")
    until(lambda: landed(shop) == 1, process)
    shop.add_partitions(4)
    shop.send([order(1)], partition=3)
    # The topic is looked at with each batch, and every half a minute.
    shop.send([order(2)])
    until(lambda: landed(shop) == 3, process, seconds=60)
    process.send_signal(signal.SIGTERM)
    done = shop.end(process)
    assert (done.code, done.result["rows"]) == (0, 3)
    assert [each["partition"] for each in done.events if each["event"] == "taken"] == [0, 1, 2, 0, 1, 2, 3]
