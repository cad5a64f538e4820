"""Postgres is killed (SIGKILL of all its processes), comes back, and the load is run again."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import State, assert_all_is_accounted_for, assert_nothing_was_loaded
from tests.faults.loader.conftest import answers
from tests.faults.loader.loading import Loading
from tests.faults.loader.strikes import CHUNK_DONE, COPYING, LOADED, STAGING
from tests.faults.loader.wire import AfterCommit, BeforeCommit, DuringCopy, Wire
from tests.servers import Server, docker

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[Server]:
    """The server, which stands again when the test is over."""
    yield postgres_server
    start(postgres_server)


def kill(postgres: Server) -> None:
    docker("kill", postgres.container)


def start(postgres: Server) -> None:
    docker("start", postgres.container)
    answers(postgres)


def during_copy(port: int) -> Wire:
    return DuringCopy(port, STAGING)


def before_commit(port: int) -> Wire:
    return BeforeCommit(port, CHUNK_DONE)


@pytest.mark.parametrize(
    ("mode", "struck"),
    [("upsert", during_copy), ("append", during_copy), ("full", during_copy), ("upsert", before_commit)],
)
def test_killed_in_the_middle_of_a_load_it_keeps_nothing_of_it(
    loading_in: Prepare, postgres: Server, observe: Observe, mode: str, struck: Callable[[int], Wire]
) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    with struck(loading.warehouse.port) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        if struck is during_copy:
            loading.wait_for(COPYING)
        kill(postgres)
        ended = pod.end()
    assert ended.code == 1
    # The session may live long enough to see that its postmaster is gone.
    assert re.search("closed the connection unexpectedly|unexpected postmaster exit", ended.error)
    assert ended.error.endswith("running again is safe")
    start(postgres)
    assert_nothing_was_loaded(loading, before)
    # In mode full, a crash empties what was collected of the delivery's first chunk: its keys must not seem vanished.
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"Postgres killed {struck.__name__.replace('_', ' ')}, mode {mode}", f"exit 1, {ended.error}")


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_killed_right_after_a_commit_it_keeps_all_of_it_though_the_load_failed(
    loading_in: Prepare, postgres: Server, observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    with AfterCommit(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        loading.wait_for(LOADED)
        kill(postgres)
        ended = pod.end()
    assert ended.code == 1
    assert ended.error.endswith("running again is safe")
    start(postgres)
    assert loading.query("SELECT inserted FROM ops.load WHERE rejected = 2") == [(prices.counts(mode)["inserted"],)]
    assert loading.run().counts() == prices.counts_again(mode)
    assert_all_is_accounted_for(loading)
    observe(f"Postgres killed right after COMMIT, mode {mode}", "exit 1, yet all of the chunk; the re-run finds it so")


def test_a_load_that_finds_no_server_says_which_it_looked_for(
    loading_in: Prepare, postgres: Server, observe: Observe
) -> None:
    loading = loading_in("upsert")
    kill(postgres)
    ended = loading.run()
    assert ended.code == 1
    assert f"warehouse {loading.warehouse.name} at 127.0.0.1:{loading.warehouse.port}: " in ended.error
    assert "refused" in ended.error or "closed" in ended.error
    assert ended.error.endswith("running again is safe")
    start(postgres)
    assert loading.run().counts() == prices.counts("upsert")
    assert_all_is_accounted_for(loading)
    observe("Postgres away before the load", f"exit 1, {ended.error}")
