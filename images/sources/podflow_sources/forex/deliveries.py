"""The file as it is delivered: first as a whole, then again with what has changed and what is new."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random

from podflow_sources.forex.market import Market
from podflow_sources.forex.transactions import (
    CLOSE,
    HORIZON,
    SEGMENTS,
    START,
    Desk,
    Transaction,
    fee,
    moments,
)
from podflow_sources.seeds import seeded

FILE_NAME = "customer_transactions.csv"
SHIPPED_ROWS = 10_000
SHIPPED_SEED = 2024
CHANGED_SHARE = 0.02
NEW_SHARE = 0.03
ROWS_A_CUSTOMER = 12
LAST_DELIVERY = HORIZON.days


@dataclass(frozen=True)
class Delivery:
    """All transactions of one delivery, and how many of them the one before had otherwise, or not at all."""

    number: int
    transactions: list[Transaction]
    changed: int
    new: int


def shipped() -> bytes:
    """Return the CSV file that comes with podflow: the first delivery with SHIPPED_ROWS and SHIPPED_SEED."""
    return files(__package__).joinpath(FILE_NAME).read_bytes()


def first_transactions(rows: int = SHIPPED_ROWS, seed: int = SHIPPED_SEED) -> Iterator[Transaction]:
    """Yield the transactions of the first delivery one by one, so that a file of any size can be made."""
    random = seeded(seed, 1)
    desk = Desk(random, _market(seed), rows // ROWS_A_CUSTOMER)
    for number, moment in enumerate(moments(random, rows, START, CLOSE), start=1):
        yield desk.trade(number, moment, CLOSE)


def delivery(number: int, rows: int = SHIPPED_ROWS, seed: int = SHIPPED_SEED) -> Delivery:
    """Return the delivery with this number, counted from 1; `rows` is the size of the first.

    Each later one changes about 2 % of the transactions before (trades settle, fees are corrected) and appends
    about 3 % made on the next day.
    """
    current = Delivery(1, list(first_transactions(rows, seed)), 0, rows)
    for later in range(2, number + 1):
        current = _next(current, later, rows, seed)
    return current


def _next(before: Delivery, number: int, rows: int, seed: int) -> Delivery:
    random = seeded(seed, number)
    start = CLOSE + timedelta(days=number - 2)
    end = start + timedelta(days=1)
    transactions = list(before.transactions)
    chosen = _chosen(random, transactions)
    for index in chosen:
        transactions[index] = _changed(random, transactions[index], start)
    new = max(1, round(NEW_SHARE * len(before.transactions)))
    desk = Desk(random, _market(seed), rows // ROWS_A_CUSTOMER)
    for later, moment in enumerate(moments(random, new, start, end), start=len(transactions) + 1):
        transactions.append(desk.trade(later, moment, end))
    return Delivery(number, transactions, len(chosen), new)


def _market(seed: int) -> Market:
    return Market(seeded(seed, "market"), START, (CLOSE + HORIZON - START) // timedelta(hours=1))


def _chosen(random: Random, transactions: list[Transaction]) -> list[int]:
    """Choose which transactions change: half of them pending ones, as far as there are any."""
    wanted = max(1, round(CHANGED_SHARE * len(transactions)))
    pending = [index for index, trade in enumerate(transactions) if trade.status == "pending"]
    settling = random.sample(pending, min(len(pending), wanted // 2))
    others = [index for index, trade in enumerate(transactions) if trade.status != "pending"]
    return sorted(settling + random.sample(others, wanted - len(settling)))


def _changed(random: Random, trade: Transaction, day: datetime) -> Transaction:
    moment = day + timedelta(hours=9, seconds=random.randrange(8 * 3600))
    if trade.status == "pending":
        return replace(trade, status="settled", updated_at=moment)
    share = SEGMENTS[trade.customer_segment.strip()].fee * random.choice((0.5, 0.8, 1.2))
    corrected = fee(trade.base_amount, trade.rate, trade.quote_currency, share)
    return replace(trade, fee=corrected, updated_at=moment)
