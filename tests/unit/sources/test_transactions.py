from collections import Counter
from decimal import Decimal

import pytest

from podflow_sources.forex.deliveries import first_transactions
from podflow_sources.forex.market import PAIRS, decimals
from podflow_sources.forex.transactions import Transaction


@pytest.fixture(scope="module")
def trades() -> list[Transaction]:
    return list(first_transactions(20_000, seed=5))


def test_pairs_are_traded_with_their_base_first(trades: list[Transaction]) -> None:
    traded = Counter(f"{trade.base_currency}/{trade.quote_currency}".upper() for trade in trades)
    assert set(traded) == set(PAIRS)
    assert traded.most_common(1)[0][0] == "EUR/USD"


def test_rates_have_the_magnitude_of_their_currencies(trades: list[Transaction]) -> None:
    for trade in trades:
        if trade.quote_currency.upper() == "JPY":
            assert 70 < trade.rate < 260
        elif trade.quote_currency.upper() in {"USD", "CHF", "GBP", "EUR"}:
            assert Decimal("0.5") < trade.rate < Decimal("1.6")


def test_rates_move_but_little(trades: list[Transaction]) -> None:
    euros = [trade.rate for trade in trades if (trade.base_currency, trade.quote_currency) == ("EUR", "USD")]
    assert len(set(euros)) > 1000
    assert max(euros) / min(euros) < Decimal("1.15")


def test_money_has_no_more_decimals_than_its_coins(trades: list[Transaction]) -> None:
    for trade in trades:
        assert trade.base_amount >= 1
        assert trade.fee > 0
        assert trade.fee == round(trade.fee, decimals(trade.quote_currency.upper()))
        assert len(str(trade.base_amount)) <= 19


def test_a_customer_keeps_the_segment(trades: list[Transaction]) -> None:
    segments: dict[str, set[str]] = {}
    for trade in trades:
        segments.setdefault(trade.customer_id, set()).add(trade.customer_segment.strip())
    assert all(len(each) == 1 for each in segments.values())
    assert {segment for each in segments.values() for segment in each} == {"retail", "corporate", "institutional"}


def test_larger_customers_trade_larger_amounts(trades: list[Transaction]) -> None:
    amounts: dict[str, list[Decimal]] = {}
    for trade in trades:
        amounts.setdefault(trade.customer_segment.strip(), []).append(trade.base_amount)
    medians = {segment: sorted(each)[len(each) // 2] for segment, each in amounts.items()}
    assert medians["retail"] * 10 < medians["corporate"] < medians["institutional"] / 10


def test_most_trades_are_made_in_business_hours(trades: list[Transaction]) -> None:
    assert sum(trade.executed_at.weekday() < 5 for trade in trades) / len(trades) > 0.95
    assert sum(7 <= trade.executed_at.hour < 18 for trade in trades) / len(trades) > 0.8


def test_recent_trades_are_pending_and_older_ones_are_not(trades: list[Transaction]) -> None:
    pending = [trade for trade in trades if trade.status == "pending"]
    assert pending
    assert min(trade.executed_at for trade in pending).day >= 30
    assert {trade.status for trade in trades} == {"pending", "settled", "cancelled"}


def test_there_is_dirt_for_the_pipeline_to_clean(trades: list[Transaction]) -> None:
    share = len(trades) / 100
    assert share / 2 < sum(trade.base_currency.islower() for trade in trades) < share * 2
    assert share / 2 < sum(trade.channel != trade.channel.strip() for trade in trades) < share * 2
    comments = "".join(trade.comment for trade in trades)
    assert set(',"\nü') <= set(comments)
