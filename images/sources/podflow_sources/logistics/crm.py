"""CRM's customers and products, as its users typed them."""

from datetime import date, timedelta

from podflow_shop import Product, products
from podflow_sources.logistics.export import Export, Row, amount, is_hit
from podflow_sources.logistics.people import Person, people
from podflow_sources.seeds import seeded

_CUSTOMER_COLUMNS = (
    "cst_id", "cst_key", "cst_firstname", "cst_lastname", "cst_marital_status", "cst_gndr", "cst_create_date",
)  # fmt: skip
_PRODUCT_COLUMNS = ("prd_id", "prd_key", "prd_nm", "prd_cost", "prd_line", "prd_start_dt", "prd_end_dt")
_WITHOUT_ID = ("SF566", "PO25", "13451235", "A01Ass")
"""Keys of rows that somebody left without a number: bronze cannot keep them."""
_OLDER = (0, 1, 2)
"""Of five products, those that there were before the last price list."""
_DAY = timedelta(days=1)
_PRICE_LISTS = (date(2023, 7, 1), date(2024, 7, 1))
"""When a new price list began: a product is older than the last one, or as old."""


def customers(seed: int) -> Export:
    """Return cust_info.csv: every customer, some twice with an older version, some rows repeated."""
    random = seeded(seed, "cust_info")
    rows: list[Row] = []
    for number, person in enumerate(people(seed)):
        gender = random.choices((_gender(person), ""), (3, 1))[0]
        row = _customer(person, gender, person.entered)
        if is_hit(number, 200, 40):
            # The first try lacks what the second has.
            rows.append((*row[:2], "", row[3], "", "", str(person.entered - 9 * _DAY)))
        rows.append(_mistyped(number, row))
        if is_hit(number, 500, 70):
            rows.append(rows[-1])
    rows.extend(("", key, "", "", "", "", str(_PRICE_LISTS[1])) for key in _WITHOUT_ID)
    return Export("crm/cust_info.csv", _CUSTOMER_COLUMNS, rows)


def product_versions(seed: int) -> Export:
    """Return prd_info.csv: every product as it is now, and three in five as they were before."""
    random = seeded(seed, "prd_info")
    rows: list[Row] = []
    for number, product in enumerate(products()):
        cost = round(product.list_price * random.uniform(0.5, 0.7))
        if number % 5 in _OLDER:
            rows.append(_product(product, len(rows) + 1, round(cost * 0.92), _PRICE_LISTS[0]))
    for number, product in enumerate(products()):
        cost = round(product.list_price * random.uniform(0.5, 0.7))
        rows.append(_flawed(number, _product(product, product.product_id, cost, _PRICE_LISTS[1])))
    return Export("crm/prd_info.csv", _PRODUCT_COLUMNS, rows)


def _gender(person: Person) -> str:
    return "F" if person.female else "M"


def _customer(person: Person, gender: str, entered: date) -> Row:
    married = "M" if person.married else "S"
    return (str(person.customer_id), person.key, person.first_name, person.last_name, married, gender, str(entered))


def _mistyped(number: int, row: Row) -> Row:
    customer_id, key, first, last, married, gender, entered = row
    if is_hit(number, 50, 11):
        first, last = f" {first}", f"{last}  "
    if is_hit(number, 100, 23):
        married, gender = married.lower(), f" {gender.lower()}"
    if is_hit(number, 400, 31):
        married = ""
    return customer_id, key, first, last, married, gender, entered


def _product(product: Product, product_id: int, cost: int, start: date) -> Row:
    key = f"{product.category_id.replace('_', '-')}-{product.key}"
    # What CRM says of the end of a version is wrong: before its start. The next version's start tells.
    end = "" if start == _PRICE_LISTS[-1] else str(start.replace(year=start.year - 1) - _DAY)
    return str(product_id), key, product.name, amount(cost), f"{product.line} ", str(start), end


def _flawed(number: int, row: Row) -> Row:
    product_id, key, name, cost, line, start, end = row
    if is_hit(number, 60, 5):
        cost = ""
    if is_hit(number, 60, 25):
        cost = f"-{cost}"
    if is_hit(number, 40, 15):
        name, line = f" {name} ", line.lower()
    if is_hit(number, 90, 33):
        line = ""
    return product_id, key, name, cost, line, start, end
