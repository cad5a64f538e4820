"""What a pod leaves behind: log lines on stdout, and one JSON object as the container's termination message."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import orjson

RESULT_LIMIT = 4096
"""Bytes that Kubernetes keeps of a termination message; it cuts off the rest."""
_ERROR_CHARACTERS = 800


def log(event: str, *, level: str = "info", **fields: object) -> None:
    """Write one event as a JSON line."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = orjson.dumps({"at": at, "level": level, "event": event, **fields}, default=str)
    sys.stdout.write(line.decode() + "\n")
    sys.stdout.flush()


def write(path: Path, result: Mapping[str, object]) -> None:
    """Write the result to `path`; outside a pod the file does not exist and nothing is written."""
    if path.exists():
        path.write_bytes(orjson.dumps(result))


def write_error(path: Path, message: str) -> None:
    """Write {"error": message} on one line, cut so that the whole object stays below RESULT_LIMIT bytes."""
    write(path, {"error": " ".join(message.split())[:_ERROR_CHARACTERS]})
