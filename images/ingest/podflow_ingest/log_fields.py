"""Texts from outside, cut to a length that a message can have."""

LONGEST = 1000
"""Characters; a pod's result has room for 4,096 bytes."""


def shortened(text: str) -> str:
    """Return the text, cut off with an ellipsis where it is too long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
