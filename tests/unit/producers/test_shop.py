from collections import defaultdict

from podflow_shop import CUSTOMER_IDS, customer_key, products


def test_customers_have_keys_in_the_way_of_the_crm() -> None:
    keys = [customer_key(number) for number in CUSTOMER_IDS]
    assert keys[0] == "AW00011000"
    assert len(set(keys)) == len(keys)


def test_products_are_told_apart_by_key_and_by_number() -> None:
    assert len({product.key for product in products()}) == len(products())
    numbers = [product.product_id for product in products()]
    assert numbers == [*range(210, 210 + len(numbers))]


def test_keys_and_prices_stay_what_they_are() -> None:
    """Orders that were streamed before refer to them."""
    first, last = products()[0], products()[-1]
    assert len(products()) == 247
    assert (first.key, first.list_price) == ("BK-R18R-38", 115_823)
    assert (last.key, last.list_price) == ("LT-S88B-U", 1_997)


def test_sizes_of_a_model_and_colour_cost_the_same() -> None:
    prices = defaultdict(set)
    for product in products():
        prices[product.key.rsplit("-", 1)[0]].add(product.list_price)
    assert {len(each) for each in prices.values()} == {1}
    assert min(min(each) for each in prices.values()) > 0


def test_a_category_belongs_to_one_subcategory_of_one_category() -> None:
    names = defaultdict(set)
    for product in products():
        names[product.category_id].add((product.category, product.subcategory))
    assert {len(each) for each in names.values()} == {1}
