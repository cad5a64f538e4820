"""A pod's result: one JSON object in the container's termination message."""

import json
from collections.abc import Mapping
from pathlib import Path

RESULT_LIMIT = 4096
"""Bytes that Kubernetes keeps of a termination message; it cuts off the rest."""


def encode(result: Mapping[str, object]) -> bytes:
    """Return `result` as compact JSON.

    Raises:
        ValueError: it is longer than RESULT_LIMIT, so a cut-off object would arrive.
    """
    encoded = json.dumps(result, separators=(",", ":"), ensure_ascii=False).encode()
    if len(encoded) > RESULT_LIMIT:
        raise ValueError(f"the result has {len(encoded)} bytes, {RESULT_LIMIT} fit in a termination message")
    return encoded


def encode_error(message: str) -> bytes:
    """Return {"error": message} on one line, the message shortened until it fits."""
    line = " ".join(message.split())
    while True:
        try:
            return encode({"error": line})
        except ValueError:
            line = line[: len(line) * 9 // 10]


def write(path: Path, encoded: bytes) -> None:
    """Write the result to `path`; outside a pod the file does not exist and nothing is written."""
    if path.exists():
        path.write_bytes(encoded)
