"""Another session holds a lock that the load needs."""

from collections.abc import Callable

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import State, assert_all_is_accounted_for, assert_nothing_was_loaded
from tests.faults.loader.loading import Loading
from tests.faults.loader.strikes import WAITING

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]

LOCKS = {
    "table": "LOCK TABLE bronze_shop.prices IN ACCESS EXCLUSIVE MODE",
    "row": "UPDATE bronze_shop.prices SET note = 'mine' WHERE id = 9001",
    "ledger": "LOCK TABLE ops.load IN SHARE MODE",
}


@pytest.mark.parametrize(
    ("mode", "lock"),
    [("upsert", "table"), ("append", "table"), ("full", "table"), ("upsert", "row"), ("upsert", "ledger")],
)
def test_held_too_long_nothing_is_loaded_and_the_error_says_who_holds_it(
    loading_in: Prepare, observe: Observe, mode: str, lock: str
) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    with loading.warehouse.connect("ingest") as other:
        other.execute("SET application_name = 'an idle psql'")
        other.execute("BEGIN")
        other.execute(LOCKS[lock])
        ended = loading.run(WAREHOUSE_LOCK_TIMEOUT=1)
        assert ended.code == 1
        assert "canceling statement due to lock timeout" in ended.error
        assert f"session {other.info.backend_pid} of ingest (an idle psql)" in ended.error
        other.execute("ROLLBACK")
    assert_nothing_was_loaded(loading, before)
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"{lock} locked by another session, mode {mode}", f"exit 1, {ended.error}")


@pytest.mark.parametrize("lock", ["table", "row"])
def test_let_go_in_time_the_load_goes_on(loading_in: Prepare, lock: str) -> None:
    loading = loading_in("upsert")
    with loading.warehouse.connect("ingest") as other:
        other.execute("BEGIN")
        other.execute(LOCKS[lock])
        pod = loading.start()
        loading.wait_for(f"{WAITING} = 1")
        other.execute("ROLLBACK")
    assert pod.end().counts() == prices.counts("upsert")
    assert_all_is_accounted_for(loading)
