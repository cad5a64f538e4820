"""What extracting and staging end with, whatever the source."""

from typing import TypedDict

from podflow_task.result import RESULT_LIMIT, encode

MOST_CHUNKS = 64
"""Chunks of one run at most: their names must fit in a pod's result, and each is a pod of its own."""


class Extracted(TypedDict):
    """What a run found, as a pod's result. `chunks` are names that `load` (or `stage`) takes; none: nothing new."""

    dataset: str
    rows: int
    bytes: int
    chunks: list[str]


def most_chunks(result: Extracted, chunk: str) -> int:
    """Return how many names as long as `chunk` still fit in the pod's result."""
    room = RESULT_LIMIT - len(encode(result))
    return max(1, min(MOST_CHUNKS, room // (len(chunk) + len('"",'))))
