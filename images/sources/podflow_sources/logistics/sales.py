"""CRM's sales details: one row a product of an order, before orders were streamed."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from podflow_shop import CUSTOMER_IDS, Product, products
from podflow_sources.logistics.export import Export, Row, amount, is_hit
from podflow_sources.seeds import seeded

COLUMNS = (
    "sls_ord_num", "sls_prd_key", "sls_cust_id", "sls_order_dt", "sls_ship_dt", "sls_due_dt", "sls_sales",
    "sls_quantity", "sls_price",
)  # fmt: skip
SHIPPED_LINES = 60_000
FLAWS_REPEAT_AFTER = 500
"""A file of so many lines has every flaw."""

_FIRST_ORDER = 43_697
_START, _END = date(2025, 1, 1), date(2026, 11, 1)
_DAYS_TO_DUE = 12
_LONGEST_SHIPPING = 7


def sales_details(seed: int, lines: int = SHIPPED_LINES) -> Export:
    """Return sales_details.csv with so many lines, and a few of them twice."""
    random = seeded(seed, "sales_details")
    rows: list[Row] = []
    for number, line in enumerate(_lines(random, lines)):
        rows.append(_flawed(number % FLAWS_REPEAT_AFTER, line))
        if is_hit(number, FLAWS_REPEAT_AFTER, 400):
            rows.append(rows[-1])
    return Export("crm/sales_details.csv", COLUMNS, rows)


def _lines(random: Random, lines: int) -> Iterator[Row]:
    shop = products()
    days = (_END - _START).days
    made, order = 0, _FIRST_ORDER
    while made < lines:
        ordered = _START + timedelta(days=days * made // lines)
        shipped = ordered + timedelta(days=random.randint(1, _LONGEST_SHIPPING))
        dates = tuple(f"{day:%Y%m%d}" for day in (ordered, shipped, ordered + timedelta(days=_DAYS_TO_DUE)))
        customer = str(random.choice(CUSTOMER_IDS))
        wanted = random.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]
        for product in random.sample(shop, min(wanted, lines - made)):
            yield (f"SO{order}", product.key, customer, *dates, *_money(random, product))
            made += 1
        order += 1


def _money(random: Random, product: Product) -> tuple[str, str, str]:
    quantity = random.choices((1, 2, 3, 4), (12, 4, 2, 1))[0]
    return amount(product.list_price * quantity), str(quantity), amount(product.list_price)


def _flawed(place: int, line: Row) -> Row:
    """Spoil what can be told or made good later: never price and sales of one line, which no rule could find again."""
    number, product, customer, ordered, shipped, due, sales, quantity, price = line
    flawed_days = {13: ("0", shipped), 57: (ordered[3:], shipped), 101: (ordered, _a_year_before(ordered))}
    ordered, shipped = flawed_days.get(place, (ordered, shipped))
    flawed_money = {
        149: ("", price),
        199: (f"-{sales}", price),
        233: ("0", price),
        251: (f"1{sales}", price),
        303: (sales, ""),
        331: (sales, f"-{price}"),
        353: (sales, "0"),
    }
    sales, price = flawed_money.get(place, (sales, price))
    product = {77: f" {product}"}.get(place, product)
    return number, product, customer, ordered, shipped, due, sales, quantity, price


def _a_year_before(day: str) -> str:
    return f"{int(day[:4]) - 1}{day[4:]}"
