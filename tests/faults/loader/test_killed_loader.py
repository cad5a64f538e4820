"""The loader's process is killed (SIGKILL), at one moment of its load after the other."""

import json
from collections.abc import Callable

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import State, assert_all_is_accounted_for, assert_nothing_was_loaded
from tests.faults.loader.loading import Loading, gone
from tests.faults.loader.pod import ingest
from tests.faults.loader.strikes import (
    BRONZE,
    CHUNK_DONE,
    COPYING,
    DELIVERY_DONE,
    INCOMING,
    LOADED,
    STAGING,
    TABLE_MADE,
    WAITING,
)
from tests.faults.loader.wire import AfterCommit, BeforeCommit, DuringCopy, LostNode

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]


@pytest.mark.parametrize(
    ("mode", "table"),
    [
        *(("upsert", table) for table in (BRONZE, INCOMING, STAGING)),
        *(("append", table) for table in (BRONZE, STAGING)),
        *(("full", table) for table in (BRONZE, STAGING)),
    ],
)
def test_killed_during_copy_it_leaves_nothing(loading_in: Prepare, observe: Observe, mode: str, table: str) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    with DuringCopy(loading.warehouse.port, table) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        loading.wait_for(COPYING)
        assert pod.kill().code == -9
        gone(loading)
    assert_nothing_was_loaded(loading, before)
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"SIGKILL during COPY into {table}, mode {mode}", "nothing of the chunk; the re-run loads all of it")


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_killed_before_its_commit_it_leaves_nothing(loading_in: Prepare, observe: Observe, mode: str) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    with BeforeCommit(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        assert pod.kill().code == -9
        gone(loading)
    assert_nothing_was_loaded(loading, before)
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"SIGKILL after the merge, before COMMIT, mode {mode}", "nothing of the chunk; the re-run loads all of it")


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_killed_right_after_its_commit_all_is_there_and_is_not_loaded_twice(
    loading_in: Prepare, observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    with AfterCommit(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        loading.wait_for(LOADED)
        assert pod.kill().code == -9
        gone(loading)
    # In mode full, the rows that vanished are yet to be marked: that is another transaction.
    loaded = loading.table()
    assert {row[:2] for row in loaded} == {row[:2] for row in prices.table(mode, prices.YESTERDAY, prices.TODAY)}
    assert not any(deleted for _, _, deleted in loaded)
    assert loading.run().counts() == prices.counts_again(mode)
    assert_all_is_accounted_for(loading)
    observe(f"SIGKILL right after COMMIT, mode {mode}", "all of the chunk; the re-run finds every row unchanged")


@pytest.mark.parametrize("wire_kind", [BeforeCommit, AfterCommit])
def test_killed_at_the_commit_that_marks_what_vanished_it_is_marked_once(
    loading_in: Prepare, observe: Observe, wire_kind: type[BeforeCommit]
) -> None:
    loading = loading_in("full")
    with wire_kind(loading.warehouse.port, DELIVERY_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        if wire_kind is AfterCommit:
            loading.wait_for("(SELECT count(closed_at) FROM ops.delivery) = 2")
        pod.kill()
        gone(loading)
    assert sum(deleted for _, _, deleted in loading.table()) == (4999 if wire_kind is AfterCommit else 0)
    assert loading.run().counts() == prices.counts_again("full")
    assert_all_is_accounted_for(loading)
    when = "right after" if wire_kind is AfterCommit else "before"
    observe(f"SIGKILL {when} the COMMIT that marks what vanished, mode full", "marked once, by whoever comes to it")


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_a_first_load_that_is_killed_leaves_an_empty_table(loading_in: Prepare, mode: str) -> None:
    loading = loading_in(mode)
    loading.empty_warehouse()
    with BeforeCommit(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(loading.chunks[0], WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        pod.kill()
        gone(loading)
    assert loading.query("SELECT (SELECT count(*) FROM bronze_shop.prices), (SELECT count(*) FROM ops.load)") == [
        (0, 0)
    ]
    for chunk in loading.chunks[:-1]:
        loading.load(chunk)
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)


def test_killed_while_it_makes_the_table_there_is_none(loading_in: Prepare) -> None:
    loading = loading_in("append")
    loading.empty_warehouse()
    with BeforeCommit(loading.warehouse.port, TABLE_MADE) as wire:
        pod = loading.start(loading.chunks[0], WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        pod.kill()
        gone(loading)
    assert loading.query("SELECT to_regclass('bronze_shop.prices') IS NULL") == [(True,)]
    for chunk in loading.chunks[:-1]:
        loading.load(chunk)
    assert loading.run().counts() == prices.counts("append")
    assert_all_is_accounted_for(loading)


def test_status_lists_a_load_that_was_killed_only_once_it_was_run_again(loading_in: Prepare) -> None:
    loading = loading_in("upsert")
    with BeforeCommit(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        pod.kill()
        gone(loading)

    def listed() -> list[dict[str, object]]:
        ended = ingest("status", "--dataset", "shop.prices").end()
        assert ended.code == 0
        return [json.loads(line) for line in ended.output.splitlines()]

    struck = loading.chunks[-1]
    assert [str(load["chunk"]).endswith(struck) for load in listed()] == [False] * 3
    loading.load(struck)
    newest, *_ = listed()
    assert (str(newest["chunk"]).endswith(struck), newest["inserted"], newest["updated"]) == (True, 8000, 6000)


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_a_load_waits_for_one_whose_node_was_lost_until_the_server_learns_of_it(
    loading_in: Prepare, observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    with LostNode(loading.warehouse.port, CHUNK_DONE) as wire:
        pod = loading.start(WAREHOUSE_PORT=wire.port)
        assert wire.stopped.wait(60)
        pod.kill()
        again = loading.start()
        loading.wait_for(f"{WAITING} = 1")
        assert again.running
    assert again.end().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(
        f"node lost before COMMIT, mode {mode}", "the re-run waits until the server ends the lost session, then loads"
    )
