"""What must be true of the warehouse after a fault, and after the load was run again."""

from dataclasses import dataclass
from typing import Any

from tests.faults.loader import prices
from tests.faults.loader.loading import Loading


@dataclass(frozen=True)
class State:
    """All that a load writes."""

    written: dict[str, list[tuple[Any, ...]]]
    ledger: list[tuple[Any, ...]]

    @classmethod
    def of(cls, loading: Loading) -> "State":
        return cls(loading.written(), loading.ledger())


def assert_ledger_tells_the_table(loading: Loading) -> None:
    """Every load in the ledger is finished, its rows are in the table, and no others are."""
    assert loading.query("SELECT count(*) FROM ops.load WHERE finished_at IS NULL") == [(0,)]
    inserted = loading.query("SELECT sum(inserted)::bigint FROM ops.load")
    assert inserted == loading.query("SELECT count(*) FROM bronze_shop.prices")
    unknown = "SELECT count(*) FROM bronze_shop.prices WHERE _load_id NOT IN (SELECT load_id FROM ops.load)"
    assert loading.query(unknown) == [(0,)]


def assert_all_is_accounted_for(loading: Loading) -> None:
    """The table is what the deliveries say, quarantine has what it cannot hold, and one more load changes nothing."""
    assert loading.table() == prices.table(loading.mode, prices.YESTERDAY, prices.TODAY)
    lines = loading.query("SELECT line FROM ops.quarantine ORDER BY line")
    assert [line for (line,) in lines] == prices.QUARANTINED
    assert_ledger_tells_the_table(loading)
    before = loading.written()
    assert loading.load(loading.chunks[-1]) == prices.counts_again(loading.mode)
    assert loading.written() == before


def assert_nothing_was_loaded(loading: Loading, before: State) -> None:
    """The struck load has left no trace."""
    assert State.of(loading) == before
    assert_ledger_tells_the_table(loading)
