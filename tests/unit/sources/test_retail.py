"""The chain's records: the same for a seed and a day, other on other days, and each change in one place only."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from podflow_sources.retail.customers import customers
from podflow_sources.retail.days import FIRST_DAY, LAST_DAY
from podflow_sources.retail.products import products
from podflow_sources.retail.sales import sales

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 20)
MONTH = [DAY + timedelta(days=number) for number in range(30)]


def by_id(records: list[Any]) -> dict[int, Any]:
    return {getattr(record, "customer_id", None) or record.product_id: record for record in records}


@pytest.mark.parametrize("made", [customers, products, sales])
def test_another_process_gives_the_same_answer(made: Callable[[int, date], list[Any]]) -> None:
    program = f"from {made.__module__} import *; print({made.__name__}(7, date(2026, 11, 20)))"
    environment = {"PYTHONPATH": f"{ROOT}/images/sources", "PYTHONHASHSEED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(made(7, DAY))
    assert made(8, DAY) != made(7, DAY)


@pytest.mark.parametrize("made", [customers, products])
def test_records_change_on_the_day_that_their_stamp_says_and_on_no_other(
    made: Callable[[int, date], list[Any]],
) -> None:
    changed = 0
    for yesterday, today in pairwise(MONTH):
        before, after = by_id(made(7, yesterday)), by_id(made(7, today))
        assert before.keys() <= after.keys()
        for number, record in after.items():
            is_today = record.updated_at.date() == today
            assert (record != before.get(number)) is is_today, (number, today)
            changed += is_today and number in before
    assert changed > 20


def test_a_month_has_something_of_everything_to_show() -> None:
    first, last = by_id(customers(7, MONTH[0])), by_id(customers(7, MONTH[-1]))
    assert len(last) > len(first)
    changed = Counter(
        name
        for number, before in first.items()
        for name, value in before
        if value != getattr(last[number], name) and name != "updated_at"
    )
    assert {"city", "street", "loyalty_tier", "last_name", "email"} <= changed.keys()
    assert changed["customer_id"] == changed["created_on"] == 0
    goods, later = by_id(products(7, MONTH[0])), by_id(products(7, MONTH[-1]))
    assert any(later[number].list_price != product.list_price for number, product in goods.items())
    assert any(later[number].name != product.name for number, product in goods.items())
    assert any(product.active and not later[number].active for number, product in goods.items())


def test_sales_are_of_their_day_to_those_who_are_customers_by_then_at_the_price_of_that_day() -> None:
    known, prices = by_id(customers(7, DAY)), {each.product_id: each for each in products(7, DAY) if each.active}
    for sale in sales(7, DAY):
        assert sale.sale_date == sale.sold_at.date() == DAY
        assert sale.customer_id in known
        assert sale.unit_price == prices[sale.product_id].list_price
        exact = sale.quantity * sale.unit_price * (100 - sale.discount_percent) / 100
        assert abs(sale.amount - exact) <= 0.00501


def test_some_lines_come_twice_and_some_are_corrected_later() -> None:
    repeated = corrected = 0
    for day in MONTH:
        lines = sales(7, day)
        for number, times in Counter(line.sale_id for line in lines).items():
            versions = {line.updated_at: line for line in lines if line.sale_id == number}
            repeated += times == 2 and len(versions) == 1
            corrected += len(versions) == 2
            if len(versions) == 2:
                assert versions[max(versions)].quantity == versions[min(versions)].quantity + 1
    assert repeated > 20
    assert corrected > 10


def test_before_the_first_day_there_is_nothing() -> None:
    before = FIRST_DAY - timedelta(days=1)
    assert not [*customers(7, before), *products(7, before), *sales(7, before)]
    assert sales(7, FIRST_DAY)
    assert sales(7, LAST_DAY)
