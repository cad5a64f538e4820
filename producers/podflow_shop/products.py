"""The shop's products and their list prices: always the same, so no seed is to be agreed on."""

import random
from dataclasses import dataclass
from functools import cache

_SEED = 1
"""Of model numbers and prices. Another value makes every key of an order that was streamed before unknown."""

_FIRST_ID = 210


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the price list."""

    product_id: int
    key: str
    """As in orders and in CRM's sales details: BK-R93R-62."""
    category_id: str
    """ERP's key of the category, BI_RB; CRM writes it before the product's key, with a dash: BI-RB-BK-R93R-62."""
    category: str
    subcategory: str
    name: str
    line: str
    """CRM's letter: R road, M mountain, T touring, S other."""
    list_price: int
    """Cents. What an order says as its price."""


@dataclass(frozen=True, slots=True)
class _Family:
    """Products that differ in model, colour and size."""

    code: str
    category_id: str
    category: str
    subcategory: str
    models: int
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    prices: tuple[int, int]


_FRAMES = ("38", "42", "44", "48", "52", "58", "62")
_CLOTHES = ("S", "M", "L", "X")
_FAMILIES = (
    _Family("BK-R", "BI_RB", "Bikes", "Road Bikes", 4, ("Red", "Black"), _FRAMES, (54_000, 360_000)),
    _Family("BK-M", "BI_MB", "Bikes", "Mountain Bikes", 4, ("Silver", "Black"), _FRAMES[:5], (54_000, 340_000)),
    _Family("BK-T", "BI_TB", "Bikes", "Touring Bikes", 3, ("Yellow", "Blue"), _FRAMES[2:], (74_000, 240_000)),
    _Family("FR-R", "CO_RF", "Components", "Road Frames", 2, ("Red", "Black"), _FRAMES, (33_000, 143_000)),
    _Family("FR-M", "CO_MF", "Components", "Mountain Frames", 2, ("Silver", "Black"), _FRAMES[:5], (26_000, 136_000)),
    _Family("WH-S", "CO_WH", "Components", "Wheels", 6, ("Black",), ("R", "F"), (6_000, 36_000)),
    _Family("SJ-S", "CL_JE", "Clothing", "Jerseys", 3, ("Yellow", "White"), _CLOTHES, (4_900, 5_400)),
    _Family("GL-S", "CL_GL", "Clothing", "Gloves", 2, ("Black",), _CLOTHES[:3], (2_400, 3_800)),
    _Family("SO-S", "CL_SO", "Clothing", "Socks", 2, ("White",), ("M", "L"), (890, 950)),
    _Family("HL-S", "AC_HE", "Accessories", "Helmets", 2, ("Red", "Black", "White"), ("M",), (3_400, 3_600)),
    _Family("TT-S", "AC_TT", "Accessories", "Tires", 8, ("Black",), ("26", "29"), (220, 3_600)),
    _Family("LT-S", "AC_LI", "Accessories", "Lights", 5, ("Black",), ("U",), (1_300, 4_500)),
)  # fmt: skip


@cache
def products() -> tuple[Product, ...]:
    """Return all products, by rising product_id; keys are unique, sizes of a model and colour cost the same."""
    draws = random.Random(_SEED)  # noqa: S311  made-up data, no secret
    made: list[Product] = []
    for family in _FAMILIES:
        for model in sorted(draws.sample(range(10, 100), family.models)):
            for colour in family.colours:
                price = draws.randrange(*family.prices)
                for size in family.sizes:
                    made.append(_product(_FIRST_ID + len(made), family, (model, colour, size), price))
    return tuple(made)


def _product(product_id: int, family: _Family, look: tuple[int, str, str], price: int) -> Product:
    model, colour, size = look
    return Product(
        product_id=product_id,
        key=f"{family.code}{model}{colour[0]}-{size}",
        category_id=family.category_id,
        category=family.category,
        subcategory=family.subcategory,
        name=f"{family.subcategory.removesuffix('s')} {model} {colour}, {size}",
        line=family.code[-1],
        list_price=price,
    )
