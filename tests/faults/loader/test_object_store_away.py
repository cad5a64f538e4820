"""The object store is away before a load, or goes while its chunk is read."""

import socket
from collections.abc import Callable, Iterator

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import State, assert_all_is_accounted_for, assert_nothing_was_loaded
from tests.faults.loader.loading import Loading
from tests.faults.loader.wire import DuringAnswer
from tests.servers import Server, docker, wait_until

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]


@pytest.fixture
def store(objectstore_server: Server) -> Iterator[Server]:
    """The object store's server, which stands again when the test is over."""
    yield objectstore_server
    start(objectstore_server)


def start(store: Server) -> None:
    docker("start", store.container)
    wait_until(lambda: socket.create_connection(("127.0.0.1", store.port)).close(), store)


@pytest.mark.parametrize("mode", ["upsert", "append"])
def test_gone_while_a_chunk_is_read_nothing_is_loaded(
    loading_in: Prepare, store: Server, observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    with DuringAnswer(store.port, 300_000) as wire:
        pod = loading.start(AWS_ENDPOINT_URL=f"http://127.0.0.1:{wire.port}")
        assert wire.stopped.wait(60)
        docker("kill", store.container)
        ended = pod.end()
    assert ended.code == 1
    assert loading.chunks[-1] in ended.error
    assert ended.error.endswith("running again is safe")
    assert_nothing_was_loaded(loading, before)
    start(store)
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"object store killed while the chunk is read, mode {mode}", f"exit 1, {ended.error}")


def test_gone_before_a_load_its_error_names_the_chunk(loading_in: Prepare, store: Server, observe: Observe) -> None:
    loading = loading_in("upsert")
    before = State.of(loading)
    docker("kill", store.container)
    ended = loading.run()
    assert ended.code == 1
    assert loading.chunks[-1] in ended.error
    assert ended.error.endswith("running again is safe")
    assert_nothing_was_loaded(loading, before)
    start(store)
    assert loading.run().counts() == prices.counts("upsert")
    assert_all_is_accounted_for(loading)
    observe("object store away before the load", f"exit 1, {ended.error}")


def test_a_connection_that_breaks_while_a_chunk_is_read_is_made_again(loading_in: Prepare, store: Server) -> None:
    loading = loading_in("append")
    with DuringAnswer(store.port, 300_000) as wire:
        pod = loading.start(AWS_ENDPOINT_URL=f"http://127.0.0.1:{wire.port}")
        assert wire.stopped.wait(60)
        wire.break_once()
        ended = pod.end()
    assert ended.counts() == prices.counts("append")
    assert_all_is_accounted_for(loading)
