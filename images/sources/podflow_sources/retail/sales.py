"""The sales of a day, with what real tills do: lines that are sent twice, and lines that are corrected later."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

from pydantic import BaseModel, Field

from podflow_sources.retail.customers import Customer, customers
from podflow_sources.retail.days import FIRST_DAY, moment
from podflow_sources.retail.products import Product, products
from podflow_sources.seeds import seeded

BY_WEEKDAY = (150, 140, 145, 160, 210, 260, 90)
"""Sales on an average Monday, Tuesday, ..."""
REPEATED, CORRECTED = 0.02, 0.01
"""Shares of the lines that come again: as they were, and with another quantity."""

_STORES = ("AMS-1", "BER-1", "BER-2", "LIS-1", "LYO-1", "ROM-1", "WEB")


class Sale(BaseModel):
    """A line of a receipt. Of lines with the same number, the one that was changed last holds."""

    sale_id: str
    sale_date: date
    sold_at: datetime
    updated_at: datetime
    store: str
    customer_id: int
    product_id: int
    quantity: int
    unit_price: float = Field(description="Euros; the list price of that day")
    discount_percent: int
    amount: float = Field(description="Euros, after the discount")
    payment: str = Field(description="card, cash or voucher")


@lru_cache(maxsize=8)
def sales(seed: int, day: date) -> list[Sale]:
    """Return the sales of that day, as the tills sent them."""
    if day < FIRST_DAY:
        return []
    random = seeded("retail sales", seed, day)
    buyers = customers(seed, day)
    goods = [product for product in products(seed, day) if product.active]
    lines = round(BY_WEEKDAY[day.weekday()] * random.uniform(0.8, 1.25))
    sent: list[Sale] = []
    for number in range(1, lines + 1):
        sent.extend(_as_sent(random, _sale(random, day, number, random.choice(buyers), random.choice(goods))))
    random.shuffle(sent)
    return sent


def _sale(random: Random, day: date, number: int, buyer: Customer, product: Product) -> Sale:
    sold_at = moment(random, day)
    quantity = random.choices((1, 2, 3, 4, 5), (60, 22, 10, 5, 3))[0]
    discount = random.choices((0, 5, 10, 20), (75, 10, 10, 5))[0]
    return Sale(
        sale_id=f"{day:%Y%m%d}-{number:05}",
        sale_date=day,
        sold_at=sold_at,
        updated_at=sold_at,
        store=random.choice(_STORES),
        customer_id=buyer.customer_id,
        product_id=product.product_id,
        quantity=quantity,
        unit_price=product.list_price,
        discount_percent=discount,
        amount=_amount(quantity, product.list_price, discount),
        payment=random.choices(("card", "cash", "voucher"), (80, 15, 5))[0],
    )


def _as_sent(random: Random, sale: Sale) -> Iterator[Sale]:
    yield sale
    chance = random.random()
    if chance < REPEATED:
        yield sale
    elif chance < REPEATED + CORRECTED:
        later = sale.updated_at + timedelta(minutes=random.randint(1, 90))
        quantity = sale.quantity + 1
        amount = _amount(quantity, sale.unit_price, sale.discount_percent)
        yield sale.model_copy(update={"quantity": quantity, "amount": amount, "updated_at": later})


def _amount(quantity: int, unit_price: float, discount_percent: int) -> float:
    return round(quantity * round(unit_price * 100) * (100 - discount_percent) / 100) / 100
