"""Products: prices go up and down, names are corrected, some are taken off the list while others are launched."""

from datetime import date, datetime
from functools import lru_cache

from pydantic import BaseModel, Field

from podflow_sources.retail.days import arrival_day, days_from, moment
from podflow_sources.seeds import seeded

PRODUCTS = 180
FROM_THE_BEGINNING = 120
DAYS_BETWEEN_CHANGES = (10, 120)

_KINDS = (
    ("Kitchen", "Coffee", "Espresso Beans", 899), ("Kitchen", "Coffee", "Filter Coffee", 749),
    ("Kitchen", "Cookware", "Frying Pan", 3490), ("Kitchen", "Cookware", "Stock Pot", 4990),
    ("Home", "Lighting", "Desk Lamp", 2990), ("Home", "Lighting", "Floor Lamp", 7990),
    ("Home", "Textiles", "Wool Blanket", 5990), ("Home", "Textiles", "Linen Towel", 1290),
    ("Garden", "Tools", "Pruning Shears", 1990), ("Garden", "Plants", "Herb Set", 1490),
    ("Office", "Paper", "Notebook", 590), ("Office", "Writing", "Fountain Pen", 3990),
)  # fmt: skip
_BRANDS = ("Alba", "Corvo", "Fjell", "Lumen", "Norden", "Ortiga")


class Product(BaseModel):
    """A product as the price list has it at the end of a day."""

    product_id: int
    sku: str
    name: str
    category: str
    subcategory: str
    brand: str
    list_price: float = Field(description="Euros")
    active: bool = Field(description="false: not sold any more")
    launched_on: date
    updated_at: datetime = Field(description="When the record last changed")


@lru_cache(maxsize=8)
def products(seed: int, day: date) -> list[Product]:
    """Return those launched by the end of that day, by rising number; what is not sold any more stays on the list."""
    found = (_product(seed, number, day) for number in range(1, PRODUCTS + 1))
    return [product for product in found if product is not None]


def _product(seed: int, number: int, day: date) -> Product | None:
    random = seeded("retail product", seed, number)
    launched_on = arrival_day(random, number, FROM_THE_BEGINNING)
    if launched_on > day:
        return None
    category, subcategory, name, cents = random.choice(_KINDS)
    brand = random.choice(_BRANDS)
    known: dict[str, object] = {
        "product_id": number,
        "sku": f"{category[:2]}{subcategory[:2]}-{number:04}".upper(),
        "name": f"{brand} {name}",
        "category": category,
        "subcategory": subcategory,
        "brand": brand,
        "active": True,
        "launched_on": launched_on,
        "updated_at": moment(random, launched_on),
    }
    cents = round(cents * random.uniform(0.8, 1.6))
    for changed_on in days_from(random, launched_on, day, DAYS_BETWEEN_CHANGES):
        (what,) = random.choices(("price", "name", "end"), (80, 15, 5))
        if what == "price":
            cents = round(cents * random.uniform(0.9, 1.12))
        elif what == "name":
            known["name"] = f"{brand} {name} {random.choice('ABCDEF')}"
        else:
            known["active"] = False
        known["updated_at"] = moment(random, changed_on)
        if not known["active"]:
            break
    return Product.model_validate({**known, "list_price": cents / 100})
