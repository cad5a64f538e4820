"""What a process used."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.cgroups import Peak
from benchmarks.ingest.errors import FailedError, OverLimitError, ending

PAUSE = 0.02
"""Seconds between two looks: so much of a container's end may be missing from its CPU time."""


@dataclass(frozen=True)
class Usage:
    """Seconds from start to end, CPU seconds, and the highest resident size in bytes."""

    seconds: float
    cpu_seconds: float
    peak: int


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, limit: float) -> Usage:
    """Run a command of this machine to its end and measure it.

    Raises:
        FailedError: it ended with an error.
        OverLimitError: it took more than `limit` seconds.
    """
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        peak = Peak()
        try:
            _watch(process.pid, peak, began + limit)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.monotonic() - began
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            raise FailedError(f"{command[0]} ended with {process.returncode}:\n{ending(output.read())}")
    return Usage(seconds, used.ru_utime + used.ru_stime, peak.bytes)


def _watch(process: int, peak: Peak, deadline: float) -> None:
    """Look at a child until it has ended, without taking note of its end."""
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak.look([process])
        if time.monotonic() > deadline:
            raise OverLimitError("over the limit")
        time.sleep(PAUSE)
