"""Log events: one JSON object a line in a pod, readable text on a terminal."""

import json
import sys
from datetime import UTC, datetime


def event(name: str, *, level: str = "info", **fields: object) -> None:
    """Write one event to stdout at once; `fields` must be JSON values, or have a text form."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    if sys.stdout.isatty():
        text = "  ".join(f"{key}={value}" for key, value in fields.items())
        sys.stdout.write(f"{at[11:23]}  {level:<7}  {name:<12}  {text}\n")
    else:
        line = {"at": at, "level": level, "event": name, **fields}
        sys.stdout.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
    sys.stdout.flush()
