"""Random numbers for made-up data."""

from random import Random


def seeded(*seed: object) -> Random:
    """Return random numbers that are the same for the same seed, on every machine and version of Python."""
    return Random(" ".join(map(str, seed)))  # noqa: S311
