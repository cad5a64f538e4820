"""Who sells what, and where: places, sellers, categories and products."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from podflow_sources.seeds import happens, seeded

Row = tuple[object, ...]

PLACES, SELLERS, PRODUCTS = 19_015, 3_095, 32_951
"""As many as Olist published: at scale 1."""
POINTS_A_PLACE = 50
"""Coordinates of a place, on average: geolocation has a row for each."""

_CITIES = (
    ("sao paulo", "SP", -23.55, -46.63, 42), ("rio de janeiro", "RJ", -22.91, -43.17, 13),
    ("belo horizonte", "MG", -19.92, -43.94, 12), ("porto alegre", "RS", -30.03, -51.23, 6),
    ("curitiba", "PR", -25.43, -49.27, 5), ("salvador", "BA", -12.97, -38.51, 4),
    ("florianopolis", "SC", -27.59, -48.55, 4),
    ("brasilia", "DF", -15.79, -47.88, 2), ("recife", "PE", -8.05, -34.88, 2), ("fortaleza", "CE", -3.72, -38.54, 2),
    ("belem", "PA", -1.46, -48.49, 1), ("manaus", "AM", -3.12, -60.02, 1),
)  # fmt: skip
CATEGORIES = {
    "beleza_saude": "health_beauty", "informatica_acessorios": "computers_accessories", "automotivo": "auto",
    "cama_mesa_banho": "bed_bath_table", "moveis_decoracao": "furniture_decor", "esporte_lazer": "sports_leisure",
    "perfumaria": "perfumery", "utilidades_domesticas": "housewares", "telefonia": "telephony",
    "relogios_presentes": "watches_gifts", "brinquedos": "toys", "bebes": "baby", "ferramentas_jardim": "garden_tools",
    "papelaria": "stationery", "eletronicos": "electronics", "cool_stuff": "cool_stuff", "pet_shop": "pet_shop",
    "livros_interesse_geral": "books_general_interest", "malas_acessorios": "luggage_accessories",
}  # fmt: skip
UNTRANSLATED = "pc_gamer"
"""A category of products that the translation has no row for, as in the published data."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a zip code's first five digits stand for."""

    zip_code_prefix: str
    city: str
    state: str
    latitude: float
    longitude: float


def identity(random: Random) -> str:
    """Return an id of the form of Olist's: 32 hexadecimal digits."""
    return f"{random.getrandbits(128):032x}"


def share(full: int, scale: float) -> int:
    """Return how many there are at a scale: one at least."""
    return max(round(full * scale), 1)


def places(seed: int, scale: float) -> list[Place]:
    """Return all places, by rising zip code."""
    random = seeded("olist places", seed)
    codes = sorted(random.sample(range(1001, 99_991), share(PLACES, scale)))
    made = []
    for code in codes:
        city, state, latitude, longitude, _ = random.choices(_CITIES, [city[-1] for city in _CITIES])[0]
        here = latitude + random.uniform(-0.2, 0.2), longitude + random.uniform(-0.2, 0.2)
        made.append(Place(f"{code:05}", city, state, *here))
    return made


def geolocation(seed: int, scale: float) -> Iterator[Row]:
    """Yield some points of each place, and spellings of its name as people give them."""
    random = seeded("olist geolocation", seed)
    for place in places(seed, scale):
        for _ in range(random.randint(1, 2 * POINTS_A_PLACE - 1)):
            point = (round(at + random.uniform(-0.02, 0.02), 6) for at in (place.latitude, place.longitude))
            city = "são paulo" if place.city == "sao paulo" and happens(random, 0.1) else place.city
            yield (place.zip_code_prefix, *point, city, place.state)


def sellers(seed: int, scale: float) -> list[Row]:
    """Return all sellers."""
    random = seeded("olist sellers", seed)
    known = places(seed, scale)
    made: list[Row] = []
    for _ in range(share(SELLERS, scale)):
        place = random.choice(known)
        made.append((identity(random), place.zip_code_prefix, place.city, place.state))
    return made


def translations() -> list[Row]:
    """Return the categories' names in both languages."""
    return list(CATEGORIES.items())


def products(seed: int, scale: float) -> list[Row]:
    """Return all products; of a few only the id is known."""
    random = seeded("olist products", seed)
    made: list[Row] = []
    for _ in range(share(PRODUCTS, scale)):
        number = identity(random)
        if happens(random, 0.018):
            made.append((number, None, None, None, None, *_measures(random)))
            continue
        category = UNTRANSLATED if happens(random, 0.002) else random.choice(tuple(CATEGORIES))
        described = (
            random.randint(20, 63),
            random.randint(50, 3900),
            random.choices((1, 2, 3, 4, 6), (50, 20, 15, 10, 5))[0],
        )
        made.append((number, category, *described, *_measures(random)))
    return made


def _measures(random: Random) -> Row:
    return (
        round(random.lognormvariate(6.6, 1.2)),
        *(random.randint(least, most) for least, most in ((16, 105), (2, 60), (10, 60))),
    )
