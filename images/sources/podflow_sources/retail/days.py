"""The days that the chain's records tell of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

FIRST_DAY = date(2025, 1, 1)
"""When the first stores opened: before it nothing is known."""
LAST_DAY = date(2034, 12, 31)
GROWTH_DAYS = 730
"""In so many days after the first the others come: customers join, products are launched."""


def moment(random: Random, day: date) -> datetime:
    """Return a second within opening hours."""
    opened = datetime.combine(day, time(8), tzinfo=UTC)
    return opened + timedelta(seconds=random.randrange(13 * 3600))


def arrival_day(random: Random, number: int, from_the_beginning: int) -> date:
    """Return when the customer or product of this number came; so many are there from the beginning."""
    after = 0 if number <= from_the_beginning else random.randrange(1, GROWTH_DAYS)
    return FIRST_DAY + timedelta(days=after)


def days_from(random: Random, begin: date, end: date, gaps: tuple[int, int]) -> Iterator[date]:
    """Yield days after `begin`, up to `end`, that many days apart: the first ones are the same for every `end`."""
    day = begin
    while (day := day + timedelta(days=random.randint(*gaps))) <= end:
        yield day
