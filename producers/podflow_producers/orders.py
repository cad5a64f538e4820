"""Orders of the shop, as its checkout would announce them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat

from podflow_producers import pools
from podflow_producers.events import Batch
from podflow_producers.flaws import KINDS, NO_FLAWS, Flaws

SCHEMA_VERSION = 1
"""Rises when a consumer has to change; a new optional field does not raise it."""
BLOCK = 1000
"""So many orders share one seed: a range of them begins at the start of a block, and is cut."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Orders:
    """`total` orders, evenly spread over an interval; a late one is sent in its turn, but had happened earlier.

    order_id is made of seed and number, so that a repeated run repeats its ids. Customers, products and prices are
    those of podflow_shop. Amounts are decimal strings, as a JSON number may lose cents; times are ISO 8601 in UTC.
    The key is the customer's: orders of a customer stay in order, and in one partition.
    """

    seed: int
    start: datetime
    end: datetime
    total: int
    flaws: Flaws = NO_FLAWS

    def prepare(self) -> None:
        """Make the pools."""
        self._block(0)

    def batches(self, first: int, count: int) -> Iterator[Batch]:
        """Yield orders first to first + count."""
        end = first + count
        for block in range(first // BLOCK, -(-end // BLOCK)):
            begin = block * BLOCK
            yield self._block(block).part(max(first - begin, 0), min(end - begin, BLOCK))

    def _block(self, block: int) -> Batch:
        seed = f"{self.seed}/{block}"
        draws = random.Random(seed)  # noqa: S311  made-up data, no secret
        numbers = range(block * BLOCK, (block + 1) * BLOCK)
        delays = self.flaws.delays(seed, BLOCK)
        times = self._times(numbers, delays)
        keys = _drawn(pools.customers(), draws)
        # A block's thousand orders differ in the last three digits of their numbers.
        head = b'{"schema_version":%d,"order_id":"O-%d-%06d' % (SCHEMA_VERSION, self.seed, block)
        # Whole columns, joined by C code: a loop in Python would take longer than kafka-python leaves.
        pieces = (
            repeat(head, BLOCK),
            pools.LAST_DIGITS,
            map(pools.minute, [time // 60_000 for time in times], draws.randbytes(BLOCK).translate(pools.DAYS_TO_SHIP)),
            [pools.SECONDS[time // 1000 % 60] for time in times],
            [pools.MILLISECONDS[time % 1000] for time in times],
            keys,
            _drawn(pools.items(), draws),
            map(pools.recipients(self.seed).__getitem__, draws.randbytes(BLOCK)),
            map(pools.places(self.seed).__getitem__, draws.randbytes(BLOCK)),
        )
        values = [*map(b"".join, zip(*pieces, strict=True))]
        malformed = self.flaws.kinds(seed, BLOCK)
        for index, kind in malformed.items():
            values[index] = KINDS[kind](values[index])
        return Batch([*zip(keys, values, strict=True)], frozenset(delays), malformed)

    def _times(self, numbers: range, delays: dict[int, int]) -> list[int]:
        """Return milliseconds since 1970."""
        start = (self.start - _EPOCH) // _MILLISECOND
        span, total = (self.end - self.start) // _MILLISECOND, self.total
        times = [start + span * number // total for number in numbers]
        for index, delay in delays.items():
            times[index] -= delay
        return times


def _drawn(pool: list[bytes], draws: random.Random) -> list[bytes]:
    """Return BLOCK pieces of a pool, a fifth of the time that choices() takes."""
    return [*map(pool.__getitem__, memoryview(draws.randbytes(2 * BLOCK)).cast("H"))]
