"""One customer transaction, and how a run of them comes about."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from random import Random

from podflow_sources.forex.market import PAIRS, Market, decimals

START = datetime(2026, 10, 1, tzinfo=UTC)
"""The first delivery covers the days from here to CLOSE."""
CLOSE = datetime(2026, 11, 1, tzinfo=UTC)
HORIZON = timedelta(days=180)
"""How far rates reach beyond CLOSE: each later delivery covers one more day."""
SETTLEMENT = timedelta(days=2)
"""Spot trades settle two days after they were made."""

_HOURLY_WEIGHTS = (2, 2, 2, 2, 2, 3, 6, 14, 20, 22, 20, 18, 20, 26, 28, 26, 20, 12, 8, 6, 4, 3, 2, 2)
"""Trades by hour (UTC): London and New York are both open from 13 to 16."""
_SATURDAY = 5
_WEEKEND_WEIGHT = 0.04
_CANCELLED_SHARE = 0.03
_SETTLED_AT_ONCE_SHARE = 0.6
_COMMENTED_SHARE = 0.03
_LOWER_CASE_SHARE = 0.01
_STRAY_SPACES_SHARE = 0.01
_COMMENTS = (
    "Invoice {n}, net 30 days",
    'Client said "urgent", confirmed by phone',
    "Hedge for the fourth quarter,\nrolled from contract {n}",
    "Salary transfer",
    'Ref. "{n}/B"\nsecond line of the payment slip',
    "Betrag geprüft, Kurs bestätigt",
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of the file; the fields are its columns, in order."""

    transaction_id: str
    customer_id: str
    customer_segment: str
    base_currency: str
    quote_currency: str
    side: str
    base_amount: Decimal
    rate: Decimal
    fee: Decimal
    channel: str
    status: str
    executed_at: datetime
    updated_at: datetime
    comment: str

    def row(self) -> list[str]:
        """Return the fields as the file shows them."""
        values = (getattr(self, name) for name in COLUMNS)
        return [f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value) for value in values]


COLUMNS = tuple(field.name for field in fields(Transaction))


@dataclass(frozen=True)
class Segment:
    """How one kind of customer trades. Amounts are in the base currency; spread and fee are shares of 1."""

    share: float
    median: float
    spread_of_amounts: float
    rounding: str
    spread: float
    fee: float
    channels: tuple[str, ...]
    residues: tuple[int, ...]
    """Customer numbers modulo 25: a customer's segment never changes."""


SEGMENTS = {
    "retail": Segment(0.62, 450, 1.1, "0.01", 0.004, 0.006, ("mobile", "mobile", "web", "branch"), tuple(range(5, 25))),
    "corporate": Segment(0.29, 32_000, 1.0, "100", 0.0012, 0.0015, ("web", "api", "branch"), (1, 2, 3, 4)),
    "institutional": Segment(0.09, 1_200_000, 0.8, "1000", 0.0002, 0.0002, ("api",), (0,)),
}


class Desk:
    """Makes transactions for a given number of customers on a given market."""

    def __init__(self, random: Random, market: Market, customers: int) -> None:
        self._random = random
        self._market = market
        self._groups = max(1, customers // 25)
        self._pairs = [pair.split("/") for pair in PAIRS]
        self._pair_weights = list(accumulate(PAIRS.values()))
        self._segments = list(SEGMENTS)
        self._segment_weights = list(accumulate(segment.share for segment in SEGMENTS.values()))

    def trade(self, number: int, moment: datetime, close: datetime) -> Transaction:
        """Make the transaction with this number, as the desk's books show it at `close`."""
        random = self._random
        (name,) = random.choices(self._segments, cum_weights=self._segment_weights)
        segment = SEGMENTS[name]
        ((base, quote),) = random.choices(self._pairs, cum_weights=self._pair_weights)
        side = random.choice(("buy", "sell"))
        amount = _amount(random, segment)
        rate = self._market.rate(base, quote, moment, segment.spread if side == "buy" else -segment.spread)
        status, updated = _status(random, name, moment, close)
        customer = random.randrange(self._groups) * 25 + random.choice(segment.residues) + 1
        channel = random.choice(segment.channels)
        base, quote, name, channel = _soiled(random, base, quote, name, channel)
        return Transaction(
            transaction_id=f"FX-{number:08d}",
            customer_id=f"C-{customer:05d}",
            customer_segment=name,
            base_currency=base,
            quote_currency=quote,
            side=side,
            base_amount=amount,
            rate=rate,
            fee=fee(amount, rate, quote, segment.fee),
            channel=channel,
            status=status,
            executed_at=moment,
            updated_at=updated,
            comment=_comment(random),
        )


def fee(amount: Decimal, rate: Decimal, quote: str, share: float) -> Decimal:
    """Return the fee in the quote currency, in its smallest coin, and never nothing."""
    coin = Decimal(1).scaleb(-decimals(quote.upper()))
    return max(coin, (amount * rate * Decimal(str(share))).quantize(coin, ROUND_HALF_UP))


def moments(random: Random, rows: int, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield `rows` times in order from `start` to before `end`, most of them in business hours."""
    hours = [start + timedelta(hours=number) for number in range((end - start) // timedelta(hours=1))]
    weights = [_HOURLY_WEIGHTS[hour.hour] * (_WEEKEND_WEIGHT if hour.weekday() >= _SATURDAY else 1) for hour in hours]
    total = sum(weights)
    done = 0
    for hour, reached in zip(hours, accumulate(weights), strict=True):
        due = round(rows * reached / total)
        for second in sorted(random.randrange(3600) for _ in range(due - done)):
            yield hour + timedelta(seconds=second)
        done = due


def _amount(random: Random, segment: Segment) -> Decimal:
    drawn = min(random.lognormvariate(0, segment.spread_of_amounts), 20) * segment.median
    step = Decimal(segment.rounding)
    return max(Decimal(1), (Decimal(f"{drawn:.2f}") / step).quantize(Decimal(1)) * step).quantize(Decimal("0.01"))


def _status(random: Random, segment: str, moment: datetime, close: datetime) -> tuple[str, datetime]:
    if random.random() < _CANCELLED_SHARE:
        return "cancelled", moment + timedelta(seconds=random.randrange(60, 3600))
    at_once = segment == "retail" and random.random() < _SETTLED_AT_ONCE_SHARE
    settled = moment + (timedelta(seconds=random.randrange(5, 120)) if at_once else SETTLEMENT)
    return ("settled", settled) if settled < close else ("pending", moment)


def _comment(random: Random) -> str:
    if random.random() >= _COMMENTED_SHARE:
        return ""
    return random.choice(_COMMENTS).format(n=random.randrange(10_000, 99_999))


def _soiled(random: Random, base: str, quote: str, segment: str, channel: str) -> tuple[str, str, str, str]:
    """Return the values as careless hands would type some of them."""
    drawn = random.random()
    if drawn < _LOWER_CASE_SHARE:
        return base.lower(), quote.lower(), segment, channel
    if drawn < _LOWER_CASE_SHARE + _STRAY_SPACES_SHARE:
        return base, quote, f" {segment}", f"{channel}  "
    return base, quote, segment, channel
