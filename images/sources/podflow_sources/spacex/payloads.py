"""What a launch carries, and the orbit it is brought to."""

from random import Random
from typing import Any

from podflow_sources.seeds import happens

_ORBITS = {"LEO": (420, 90, 51.6), "VLEO": (290, 90, 53.0), "SSO": (560, 96, 97.6), "GTO": (18_000, 630, 25.0)}
"""Kilometres, minutes and degrees that are usual for each."""
_OWNERS = (
    ("SpaceX", "United States", "SpaceX"), ("NASA (CRS)", "United States", "SpaceX"), ("SES", "Luxembourg", "Boeing"),
    ("CONAE", "Argentina", "INVAP"), ("KARI", "South Korea", "KARI"), ("USAF", "United States", "Lockheed Martin"),
)  # fmt: skip


def payload(random: Random, launch: dict[str, Any], identity: str) -> dict[str, Any]:
    """Return the document of a payload of that launch."""
    customer, nationality, manufacturer = random.choice(_OWNERS)
    dragon = customer.startswith("NASA")
    mass = round(random.uniform(300, 15_600), 1) if happens(random, 0.9) else None
    return {
        "id": identity,
        "name": f"{launch['name']} {identity[:4]}",
        "type": "Dragon 1.1" if dragon else "Satellite",
        "reused": happens(random, 0.1),
        "launch": launch["id"],
        "customers": [customer],
        "norad_ids": [] if launch["upcoming"] else [random.randint(29_000, 54_000)],
        "nationalities": [nationality],
        "manufacturers": [manufacturer],
        "mass_kg": mass,
        "mass_lbs": mass and round(mass * 2.20462, 1),
        **_orbit(random, upcoming=launch["upcoming"]),
        "lifespan_years": random.choice((None, 1, 5, 15)),
        "dragon": _dragon(random, flown=dragon and not launch["upcoming"]),
    }


def _orbit(random: Random, *, upcoming: bool) -> dict[str, Any]:
    name = random.choice(tuple(_ORBITS))
    height, period, inclination = _ORBITS[name]
    measured = None if upcoming else round(height * random.uniform(0.95, 1.05), 3)
    return {
        "orbit": name,
        "reference_system": "geocentric",
        "regime": {"LEO": "low-earth", "VLEO": "very-low-earth", "SSO": "sun-synchronous"}.get(name, "geosynchronous"),
        "longitude": None,
        "semi_major_axis_km": measured and round(measured + 6371, 3),
        "eccentricity": measured and round(random.uniform(0.0001, 0.01), 7),
        "periapsis_km": measured,
        "apoapsis_km": measured and round(measured * 1.02, 3),
        "inclination_deg": measured and round(inclination * random.uniform(0.99, 1.01), 4),
        "period_min": measured and round(period * random.uniform(0.99, 1.01), 3),
        "epoch": None, "mean_motion": None, "raan": None, "arg_of_pericenter": None, "mean_anomaly": None,
    }  # fmt: skip


def _dragon(random: Random, *, flown: bool) -> dict[str, Any]:
    return {
        "capsule": None,
        "mass_returned_kg": random.randint(500, 2500) if flown else None,
        "mass_returned_lbs": None,
        "flight_time_sec": random.randint(1_000_000, 3_000_000) if flown else None,
        "manifest": None,
        "water_landing": True if flown else None,
        "land_landing": False if flown else None,
    }
