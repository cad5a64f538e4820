"""When and on what a figure was measured."""

import datetime
import platform
from pathlib import Path

from k8s import host
from k8s.process import output

_CHECKOUT = Path(__file__).parents[1]


def measured(*besides: str) -> str:
    """Return how a section begins: day, machine, what else is told, and podflow's commit; without a full stop."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"Measured on {day}: " + ", ".join((_hardware(), *besides, f"podflow at {_commit()}"))


def _hardware() -> str:
    return f"{host.cores()} cores ({_processor()}), {host.memory_gibibytes():.0f} GiB, Linux {platform.release()}"


def _commit() -> str:
    return output(["git", "-C", str(_CHECKOUT), "rev-parse", "--short=10", "HEAD"]).strip()


def _processor(info: Path = Path("/proc/cpuinfo")) -> str:
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
