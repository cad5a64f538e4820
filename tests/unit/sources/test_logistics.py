import csv
import io
from collections import Counter
from decimal import Decimal

import pytest

from podflow_shop import CUSTOMER_IDS, customer_key, products
from podflow_sources.logistics.deliveries import FILES, exports
from podflow_sources.logistics.sales import COLUMNS, FLAWS_REPEAT_AFTER, sales_details

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def files() -> dict[str, Rows]:
    made = exports(seed=7, lines=2 * FLAWS_REPEAT_AFTER)
    return {name: list(csv.DictReader(io.StringIO(make().content().decode()))) for name, make in made.items()}


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (exports(seed, 100) for seed in (1, 1, 2))
    assert {name: first[name]().content() for name in FILES} == {name: again[name]().content() for name in FILES}
    assert first["cust_info"]().content() != other["cust_info"]().content()


def test_crm_and_erp_know_every_customer_of_the_shop(files: dict[str, Rows]) -> None:
    keys = {customer_key(number) for number in CUSTOMER_IDS}
    assert {row["cst_key"] for row in files["cust_info"] if row["cst_id"]} == keys
    assert {row["cid"].removeprefix("NAS") for row in files["cust_az12"]} == keys
    assert {row["cid"].replace("-", "") for row in files["loc_a101"]} == keys


def test_crm_and_erp_know_every_product_of_the_shop(files: dict[str, Rows]) -> None:
    known = {product.key: product.category_id for product in products()}
    in_crm = {row["prd_key"][6:]: row["prd_key"][:5].replace("-", "_") for row in files["prd_info"]}
    assert in_crm == known
    assert {row["id"] for row in files["px_cat_g1v2"]} == set(known.values())


def test_product_numbers_are_unique_and_the_current_version_is_the_shops(files: dict[str, Rows]) -> None:
    numbers = [int(row["prd_id"]) for row in files["prd_info"]]
    assert len(numbers) == len(set(numbers)) == 396
    current = {row["prd_key"][6:]: int(row["prd_id"]) for row in files["prd_info"] if not row["prd_end_dt"]}
    assert current == {product.key: product.product_id for product in products()}


def test_sales_are_of_known_customers_and_products(files: dict[str, Rows]) -> None:
    assert {int(row["sls_cust_id"]) for row in files["sales_details"]} <= set(CUSTOMER_IDS)
    assert {row["sls_prd_key"].strip() for row in files["sales_details"]} <= {product.key for product in products()}


def test_an_order_has_a_product_once_but_for_repeated_lines() -> None:
    rows = sales_details(seed=1, lines=3000).rows
    counts = Counter((row[0], row[1].strip()) for row in rows)
    assert len(counts) == 3000
    assert len(rows) == 3006


def test_what_is_wrong_with_money_can_be_made_good(files: dict[str, Rows]) -> None:
    prices = {product.key: Decimal(product.list_price) / 100 for product in products()}
    repaired = 0
    for row in files["sales_details"]:
        listed = prices[row["sls_prd_key"].strip()]
        sales, price = (Decimal(row[name] or 0) for name in ("sls_sales", "sls_price"))
        found = abs(price) or abs(sales) / int(row["sls_quantity"])
        assert found == listed
        repaired += sales != int(row["sls_quantity"]) * price
    assert repaired == 14


def test_every_flaw_of_dates_is_there(files: dict[str, Rows]) -> None:
    ordered = Counter(len(row["sls_order_dt"]) for row in files["sales_details"])
    assert (ordered[1], ordered[5]) == (2, 2)
    assert sum(
        row["sls_ship_dt"] < row["sls_order_dt"] for row in files["sales_details"] if len(row["sls_order_dt"]) == 8
    )
    assert any(row["bdate"] > "2040" for row in files["cust_az12"])
    assert any(row["bdate"] < "1900" for row in files["cust_az12"])
    assert all(row["prd_end_dt"] < row["prd_start_dt"] for row in files["prd_info"])


def test_every_flaw_of_codes_is_there(files: dict[str, Rows]) -> None:
    assert {row["cst_gndr"] for row in files["cust_info"]} == {"F", "M", "", " f", " m", " "}
    assert {row["cst_marital_status"] for row in files["cust_info"]} == {"M", "S", "m", "s", ""}
    assert {row["gen"] for row in files["cust_az12"]} == {"Female", "Male", "F", "M", "F ", "M ", ""}
    assert {"DE", "US", "USA", "", " "} < {row["cntry"] for row in files["loc_a101"]}
    assert {"R ", "r ", ""} < {row["prd_line"] for row in files["prd_info"]}
    assert any(row["prd_cost"].startswith("-") for row in files["prd_info"])


def test_columns_are_those_of_the_catalogue() -> None:
    assert sales_details(1, 1).columns == COLUMNS
