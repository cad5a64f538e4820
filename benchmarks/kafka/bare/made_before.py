"""What the bare clients share: orders that were made before the clock starts, and how the result is told.

As a program it prints ten thousand orders, one a line.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podflow_producers.events import Record
from podflow_producers.orders import Orders

PERIOD = 20_000
"""So many different orders are sent again and again."""


def batches(count: int) -> Iterator[list[Record]]:
    """Yield `count` records in lists of a thousand."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = [[*batch.records] for batch in Orders(1, start, start + timedelta(days=1), PERIOD).batches(0, PERIOD)]
    return (made[number % len(made)] for number in range(count // len(made[0])))


def tell(seconds: float) -> None:
    """Leave the result."""
    Path("/dev/termination-log").write_text(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    sys.stdout.buffer.write(b"\n".join(value for batch in batches(PERIOD // 2) for _, value in batch))
