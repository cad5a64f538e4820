"""Exchange rates: each currency's value in US dollars walks at random by the hour, so cross rates agree."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

HOURLY_VOLATILITY = 0.0007
"""Standard deviation of an hour's relative move; sqrt(6000 trading hours) makes it about 5 % a year."""

_DOLLARS = {
    "EUR": 1.1640,
    "GBP": 1.3420,
    "AUD": 0.6580,
    "NZD": 0.5960,
    "USD": 1.0,
    "CAD": 0.7260,
    "CHF": 1.2480,
    "NOK": 0.0993,
    "SEK": 0.1058,
    "DKK": 0.1559,
    "PLN": 0.2737,
    "JPY": 0.00672,
}
"""Dollars for one unit at the start, in the market's order: the earlier currency of a pair is its base."""

PAIRS = {
    "EUR/USD": 280,
    "USD/JPY": 130,
    "GBP/USD": 110,
    "EUR/GBP": 70,
    "AUD/USD": 60,
    "USD/CAD": 55,
    "USD/CHF": 50,
    "EUR/JPY": 40,
    "EUR/CHF": 40,
    "NZD/USD": 20,
    "GBP/JPY": 20,
    "EUR/PLN": 20,
    "EUR/SEK": 18,
    "EUR/NOK": 16,
    "EUR/DKK": 14,
    "EUR/AUD": 12,
    "EUR/CAD": 12,
    "AUD/JPY": 10,
    "USD/PLN": 9,
    "USD/SEK": 8,
    "USD/NOK": 8,
    "GBP/CHF": 7,
    "CAD/JPY": 6,
    "CHF/JPY": 6,
    "GBP/AUD": 5,
    "GBP/CAD": 5,
    "AUD/NZD": 5,
    "AUD/CAD": 4,
    "EUR/NZD": 4,
    "USD/DKK": 3,
}
"""Pairs, base first, with how often they trade in relation to each other."""


def decimals(currency: str) -> int:
    """Return the number of decimals of an amount of money: yen have no smaller coin."""
    return 0 if currency == "JPY" else 2


class Market:
    """Mid rates from `start` on. The same random numbers give the same rates."""

    def __init__(self, random: Random, start: datetime, hours: int) -> None:
        self._start = start
        values = dict(_DOLLARS)
        self._hours = []
        for _ in range(hours):
            self._hours.append(dict(values))
            for currency in values:
                if currency != "USD":
                    values[currency] *= 1 + random.gauss(0, HOURLY_VOLATILITY)

    def rate(self, base: str, quote: str, moment: datetime, markup: float) -> Decimal:
        """Return the price of one `base` in `quote` at `moment`, `markup` (0.01 = 1 %) above mid."""
        hour = self._hours[(moment - self._start) // timedelta(hours=1)]
        price = hour[base] / hour[quote] * (1 + markup)
        return Decimal(f"{price:.{3 if quote == 'JPY' else 5}f}")
