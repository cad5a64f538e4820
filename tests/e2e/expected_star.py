"""The star schema of logistics, computed from the files and messages by plain Python: nothing here knows of SQL."""

import csv
import hashlib
import io
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

Row = tuple[object, ...]
UNKNOWN = "n/a"
MARITAL = {"S": "single", "M": "married"}
GENDERS = {"F": "female", "FEMALE": "female", "M": "male", "MALE": "male"}
LINES = {"R": "road", "M": "mountain", "T": "touring", "S": "other"}
COUNTRIES = {"US": "United States", "USA": "United States", "DE": "Germany"}
NEEDS_MAINTENANCE = {"yes": True, "no": False}


@dataclass(frozen=True)
class Files:
    """The delivered files by the names of their datasets."""

    crm_cust_info: bytes
    crm_prd_info: bytes
    crm_sales_details: bytes
    erp_cust_az12: bytes
    erp_loc_a101: bytes
    erp_px_cat_g1v2: bytes


def dim_customers(files: Files) -> set[Row]:
    """All columns of the table."""
    today = datetime.now(UTC).date()
    persons = {_key(row["cid"]).removeprefix("NAS"): row for row in _rows(files.erp_cust_az12)}
    places = {_key(row["cid"]).replace("-", ""): row["cntry"].strip() for row in _rows(files.erp_loc_a101)}
    latest: dict[int, dict[str, str]] = {}
    for row in _rows(files.crm_cust_info):
        if not row["cst_id"]:
            continue  # bronze cannot keep it
        known = latest.get(int(row["cst_id"]))
        if known is None or row["cst_create_date"] >= known["cst_create_date"]:
            latest[int(row["cst_id"])] = row
    result: set[Row] = set()
    for customer_id, row in latest.items():
        number = _key(row["cst_key"])
        person = persons.get(number, {"bdate": "", "gen": ""})
        born = date.fromisoformat(person["bdate"]) if person["bdate"] else None
        gender = GENDERS.get(_key(row["cst_gndr"])) or GENDERS.get(_key(person["gen"]), UNKNOWN)
        country = places.get(number, "")
        result.add(
            (
                surrogate(customer_id),
                customer_id,
                number,
                row["cst_firstname"].strip() or None,
                row["cst_lastname"].strip() or None,
                COUNTRIES.get(country.upper(), country or UNKNOWN),
                MARITAL.get(_key(row["cst_marital_status"]), UNKNOWN),
                gender,
                born if born and date(1900, 1, 1) <= born <= today else None,
                date.fromisoformat(row["cst_create_date"]),
            )
        )
    return result


def dim_products(files: Files) -> set[Row]:
    """All columns of the table."""
    categories = {_key(row["id"]): row for row in _rows(files.erp_px_cat_g1v2)}
    current: dict[str, dict[str, str]] = {}
    for row in _rows(files.crm_prd_info):
        number = _key(row["prd_key"])[6:]
        if number not in current or row["prd_start_dt"] > current[number]["prd_start_dt"]:
            current[number] = row
    result: set[Row] = set()
    for number, row in current.items():
        category_id = _key(row["prd_key"])[:5].replace("-", "_")
        category = categories[category_id]
        result.add(
            (
                surrogate(number),
                int(row["prd_id"]),
                number,
                row["prd_nm"].strip(),
                category_id,
                category["cat"].strip(),
                category["subcat"].strip(),
                NEEDS_MAINTENANCE[category["maintenance"].strip().lower()],
                LINES.get(_key(row["prd_line"]), UNKNOWN),
                abs(Decimal(row["prd_cost"])) if row["prd_cost"] else None,
                date.fromisoformat(row["prd_start_dt"]),
            )
        )
    return result


def fact_orders(files: Files, messages: Iterable[bytes]) -> set[Row]:
    """All columns of the table but load_timestamp; `messages` are those that hold an order, in the order of sending."""
    return {*_sales(files.crm_sales_details), *_orders(messages)}


def surrogate(*parts: object) -> uuid.UUID:
    """Return the key that dbt/macros/surrogate_key.sql makes."""
    return uuid.UUID(hashlib.md5("|".join(map(str, parts)).encode()).hexdigest())


def _sales(file: bytes) -> Iterator[Row]:
    for row in _rows(file):
        order, product = _key(row["sls_ord_num"]), _key(row["sls_prd_key"])
        ordered, shipped, due = (_day(row[name]) for name in ("sls_order_dt", "sls_ship_dt", "sls_due_dt"))
        quantity = int(row["sls_quantity"])
        price = abs(Decimal(row["sls_price"] or 0)) or abs(Decimal(row["sls_sales"])) / quantity
        price = price.quantize(Decimal("0.01"), ROUND_HALF_UP)
        yield (
            *(surrogate("crm", order, product), surrogate(int(row["sls_cust_id"])), surrogate(product)),
            *("crm", order, None),
            ordered,
            None if shipped and ordered and shipped < ordered else shipped,
            None if due and ordered and due < ordered else due,
            *(quantity, price, quantity * price),
        )


def _orders(messages: Iterable[bytes]) -> Iterator[Row]:
    latest = {order["order_id"]: order for order in map(json.loads, messages)}
    for number, order in latest.items():
        at = datetime.fromisoformat(order["ordered_at"]).astimezone(UTC)
        customer_id = int(order["customer_key"].removeprefix("AW"))
        product = order["product_key"]
        yield (
            *(surrogate("stream", number, product), surrogate(customer_id), surrogate(product)),
            *("stream", number, at, at.date()),
            date.fromisoformat(order["ship_date"]),
            date.fromisoformat(order["due_date"]),
            *(order["quantity"], Decimal(order["price"]), Decimal(order["sales"])),
        )


def _rows(file: bytes) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(file.decode(), newline="")))


def _key(text: str) -> str:
    return text.strip().upper()


def _day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date() if len(digits) == 8 else None
    except ValueError:
        return None
