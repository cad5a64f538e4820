"""What the processes of a container use, by the kernel's control group of either version."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Group:
    """A control group: the folder that has its CPU time and its processes."""

    folder: Path

    def cpu_seconds(self) -> float:
        """Return the CPU time of all its processes, of those that ended too."""
        legacy = self.folder / "cpuacct.usage"
        if legacy.exists():
            return int(legacy.read_text()) / 1e9
        lines = (self.folder / "cpu.stat").read_text().split("\n")
        return int(dict(line.split() for line in lines if line)["usage_usec"]) / 1e6

    def processes(self) -> list[int]:
        """Return the ids of its processes."""
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]


def group_of(process: int) -> Group:
    """Return the control group that a process is in.

    Raises:
        FileNotFoundError: the process is gone.
    """
    groups = {}
    for line in Path(f"/proc/{process}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update(dict.fromkeys(controllers.split(","), path))
    if "cpuacct" in groups:
        return Group(_ROOT / "cpuacct" / groups["cpuacct"].lstrip("/"))
    return Group(_ROOT / groups[""].lstrip("/"))


class Peak:
    """The most memory of some processes, looked at again and again.

    Of one process the kernel keeps the highest resident size itself. Of several at a time, what they have together is
    counted when it is looked at.
    """

    def __init__(self) -> None:
        self.bytes = 0

    def look(self, processes: list[int]) -> None:
        """Look at the processes; those that ended count for nothing."""
        texts = [_status(process) for process in processes]
        together = sum(_kibibytes(_RESIDENT, text) for text in texts)
        each = [_kibibytes(_PEAK, text) for text in texts]
        self.bytes = max(self.bytes, *(1024 * found for found in (together, *each)))


def _status(process: int) -> str:
    try:
        return Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _kibibytes(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 0


def load_average() -> float:
    """Return how many processes wanted to run in the last minute."""
    return os.getloadavg()[0]
