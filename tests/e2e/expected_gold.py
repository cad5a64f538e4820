"""The gold tables of forex, computed from the delivered file by plain Python: nothing here knows of SQL."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

Row = tuple[object, ...]
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Trade:
    """One transaction as silver should hold it."""

    day: date
    customer: str
    base: str
    quote: str
    side: str
    amount: Decimal
    rate: Decimal
    fee: Decimal
    status: str

    @property
    def quote_amount(self) -> Decimal:
        """What was paid, in the quote currency, to the cent."""
        return rounded(self.amount * self.rate, "0.01")


def trades(file: bytes) -> list[Trade]:
    """Read a delivered file; the caller leaves out lines that belong in quarantine."""
    rows = csv.DictReader(io.StringIO(file.decode(), newline=""))
    return [
        Trade(
            day=datetime.fromisoformat(row["executed_at"]).astimezone(UTC).date(),
            customer=row["customer_id"].strip().upper(),
            base=row["base_currency"].strip().upper(),
            quote=row["quote_currency"].strip().upper(),
            side=row["side"].strip().lower(),
            amount=Decimal(row["base_amount"]),
            rate=Decimal(row["rate"]),
            fee=Decimal(row["fee"]),
            status=row["status"].strip().lower(),
        )
        for row in rows
    ]


def daily_pair_volume(all_trades: Iterable[Trade]) -> set[Row]:
    """day, base, quote, trades, pending, bought, sold, volume-weighted rate, fees."""
    result = set()
    for key, group in _groups(all_trades, lambda trade: (trade.day, trade.base, trade.quote)):
        settled = [trade for trade in group if trade.status == "settled"]
        volume = sum((trade.amount for trade in settled), ZERO)
        paid = sum((trade.amount * trade.rate for trade in settled), ZERO)
        result.add(
            (
                *key,
                len(settled),
                len(group) - len(settled),
                sum((trade.amount for trade in settled if trade.side == "buy"), ZERO),
                sum((trade.amount for trade in settled if trade.side == "sell"), ZERO),
                rounded(paid / volume, "0.00000001") if settled else None,
                sum((trade.fee for trade in settled), ZERO),
            )
        )
    return result


def daily_currency_exposure(all_trades: Iterable[Trade]) -> set[Row]:
    """day, currency, bought, sold, net position."""
    bought: defaultdict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    sold: defaultdict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    for trade in all_trades:
        if trade.status != "settled":
            continue
        received, given = (trade.base, trade.quote) if trade.side == "buy" else (trade.quote, trade.base)
        amounts = {trade.base: trade.amount, trade.quote: trade.quote_amount}
        bought[trade.day, received] += amounts[received]
        sold[trade.day, given] += amounts[given]
    keys = bought.keys() | sold.keys()
    return {(*key, bought[key], sold[key], bought[key] - sold[key]) for key in keys}


def customer_turnover(all_trades: Iterable[Trade]) -> set[Row]:
    """customer, quote currency, trades, pending, turnover, fees, first day, last day."""
    result = set()
    for key, group in _groups(all_trades, lambda trade: (trade.customer, trade.quote)):
        settled = [trade for trade in group if trade.status == "settled"]
        days = [trade.day for trade in settled]
        result.add(
            (
                *key,
                len(settled),
                len(group) - len(settled),
                sum((trade.quote_amount for trade in settled), ZERO),
                sum((trade.fee for trade in settled), ZERO),
                min(days, default=None),
                max(days, default=None),
            )
        )
    return result


def rounded(value: Decimal, unit: str) -> Decimal:
    """Round half away from zero, as Postgres' numeric does."""
    return value.quantize(Decimal(unit), ROUND_HALF_UP)


def _groups(
    all_trades: Iterable[Trade], key: Callable[[Trade], tuple[Hashable, ...]]
) -> Iterable[tuple[tuple[Hashable, ...], list[Trade]]]:
    groups: defaultdict[tuple[Hashable, ...], list[Trade]] = defaultdict(list)
    for trade in all_trades:
        if trade.status != "cancelled":
            groups[key(trade)].append(trade)
    return groups.items()
