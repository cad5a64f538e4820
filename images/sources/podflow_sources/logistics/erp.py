"""What ERP knows of customers and products, under keys of its own spelling."""

from podflow_shop import products
from podflow_sources.logistics.export import Export, Row, is_hit
from podflow_sources.logistics.people import Person, people

_COUNTRY_CODES = {"Germany": "DE", "United States": "US"}
_WITHOUT_MAINTENANCE = {"Clothing", "Accessories"}


def demographics(seed: int) -> Export:
    """Return CUST_AZ12.csv: birth date and gender; every other key has a prefix from the system before."""
    rows = [_demographics(number, person) for number, person in enumerate(people(seed))]
    return Export("erp/CUST_AZ12.csv", ("cid", "bdate", "gen"), rows)


def locations(seed: int) -> Export:
    """Return LOC_A101.csv: the country of a customer, as name or code, under a key with a dash."""
    rows = [(f"{each.key[:2]}-{each.key[2:]}", _country(number, each)) for number, each in enumerate(people(seed))]
    return Export("erp/LOC_A101.csv", ("cid", "cntry"), rows)


def categories(_seed: int) -> Export:
    """Return PX_CAT_G1V2.csv: the categories of products."""
    found = {product.category_id: (product.category, product.subcategory) for product in products()}
    rows: list[Row] = [
        (key, f"{category} " if key == "AC_HE" else category, subcategory, _maintenance(category))
        for key, (category, subcategory) in sorted(found.items())
    ]
    return Export("erp/PX_CAT_G1V2.csv", ("id", "cat", "subcat", "maintenance"), rows)


def _demographics(number: int, person: Person) -> Row:
    gender = "Female" if person.female else "Male"
    if is_hit(number, 100, 7):
        gender = gender[0]
    if is_hit(number, 300, 19):
        gender = f"{gender[0]} "
    if is_hit(number, 250, 29):
        gender = ""
    born = str(person.born)
    if is_hit(number, 1000, 500):
        born = f"20{born[2:]}" if born.startswith("19") else f"99{born[2:]}"
    if is_hit(number, 4000, 900):
        born = f"18{born[2:]}"
    return f"{'NAS' if number % 2 else ''}{person.key}", born, gender


def _country(number: int, person: Person) -> str:
    if is_hit(number, 60, 17):
        return " " if is_hit(number, 120, 17) else ""
    if is_hit(number, 7, 3):
        return _COUNTRY_CODES.get(person.country, f"{person.country} ")
    if is_hit(number, 50, 9) and person.country == "United States":
        return "USA"
    return person.country


def _maintenance(category: str) -> str:
    return "No" if category in _WITHOUT_MAINTENANCE else "Yes"
