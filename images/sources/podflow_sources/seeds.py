"""Random numbers for made-up data."""

from random import Random


def seeded(*seed: object) -> Random:
    """Return random numbers that are the same for the same seed, on every machine and version of Python."""
    return Random(" ".join(map(str, seed)))  # noqa: S311


def happens(random: Random, share: float) -> bool:
    """Draw whether something happens that does in this share of the cases."""
    return random.random() < share
