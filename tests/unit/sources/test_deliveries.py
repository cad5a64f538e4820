from collections import Counter
from itertools import pairwise

import pytest

from podflow_sources.forex.deliveries import delivery, first_transactions, shipped
from podflow_sources.forex.files import csv_records
from podflow_sources.forex.transactions import CLOSE, START


def test_the_shipped_file_is_what_the_generator_makes() -> None:
    assert "".join(csv_records(first_transactions())).encode() == shipped()


@pytest.mark.parametrize("rows", [1, 30, 1000])
def test_a_delivery_has_the_rows_that_are_asked_for_in_order_of_time(rows: int) -> None:
    trades = delivery(1, rows, seed=7).transactions
    assert len(trades) == rows
    assert len({trade.transaction_id for trade in trades}) == rows
    assert all(one.executed_at <= other.executed_at for one, other in pairwise(trades))
    assert all(START <= trade.executed_at < CLOSE for trade in trades)


def test_the_same_seed_makes_the_same_file_and_another_seed_another() -> None:
    assert delivery(3, 200, seed=1) == delivery(3, 200, seed=1)
    assert delivery(3, 200, seed=1) != delivery(3, 200, seed=2)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_later_delivery_changes_and_adds_exactly_what_it_says(number: int) -> None:
    before, after = delivery(number - 1, 1000), delivery(number, 1000)
    old = {trade.transaction_id: trade for trade in before.transactions}
    changed = [trade for trade in after.transactions if old.get(trade.transaction_id, trade) != trade]
    assert len(changed) == after.changed == round(0.02 * len(old))
    assert len(after.transactions) - len(old) == after.new == round(0.03 * len(old))
    assert [trade.transaction_id for trade in after.transactions[: len(old)]] == list(old)
    for trade in changed:
        assert trade.updated_at > old[trade.transaction_id].updated_at
        assert trade.executed_at == old[trade.transaction_id].executed_at


def test_pending_trades_settle_in_later_deliveries() -> None:
    before, after = delivery(1), delivery(2)
    moves = Counter(
        (one.status, other.status) for one, other in zip(before.transactions, after.transactions, strict=False)
    )
    assert moves["pending", "settled"] == 100
    assert not [move for move in moves if move[0] != "pending" and move[0] != move[1]]


def test_a_delivery_of_one_row_can_be_followed() -> None:
    second = delivery(2, 1)
    assert (len(second.transactions), second.changed, second.new) == (2, 1, 1)
