"""`ingest load` as a process of its own, which faults can strike."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SECONDS = 150


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said."""

    code: int
    output: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The log's lines; whatever else was printed, such as a traceback, fails here."""
        return [json.loads(line) for line in self.output.splitlines()]

    @property
    def error(self) -> str:
        """The error that ended it, on the last line."""
        last = self.events[-1]
        assert last["event"] == "failed", self.output
        return str(last["error"])

    def counts(self) -> dict[str, int]:
        """Return what a load that succeeded counted."""
        assert self.code == 0, self.output
        names = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")
        return {name: self.events[-1][name] for name in names}


class Pod:
    """A running command of the ingest image's package."""

    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> Ended:
        """Send SIGKILL."""
        self._process.kill()
        return self.end()

    def end(self) -> Ended:
        """Wait for the end."""
        output, _ = self._process.communicate(timeout=SECONDS)
        return Ended(self._process.returncode, output)

    def give_up(self) -> None:
        """Leave nothing running, whatever the test came to."""
        if self.running:
            self._process.kill()
            self._process.communicate()


def ingest(*arguments: str, **environment: object) -> Pod:
    """Start `ingest` with arguments, and with environment variables beyond those of this process."""
    path = os.pathsep.join(str(ROOT / "images" / name) for name in ("ingest", "task"))
    variables = {name: str(value) for name, value in environment.items()}
    return Pod([sys.executable, "-m", "podflow_ingest.cli", *arguments], {"PYTHONPATH": path, **variables})
