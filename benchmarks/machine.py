"""What a figure was measured on."""

import platform
from pathlib import Path

from k8s import host
from k8s.process import output


def hardware() -> str:
    """Return processor, memory and kernel in a few words."""
    return f"{host.cores()} cores ({_processor()}), {host.memory_gibibytes():.0f} GiB, Linux {platform.release()}"


def commit(checkout: Path) -> str:
    """Return the commit of a checkout."""
    return output(["git", "-C", str(checkout), "rev-parse", "--short=10", "HEAD"]).strip()


def _processor(info: Path = Path("/proc/cpuinfo")) -> str:
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
