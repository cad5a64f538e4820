"""Containers of the local engine, whose processes this machine can see."""

import datetime
import json
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.ingest import cgroups
from benchmarks.ingest.errors import BenchmarkError, FailedError, OverLimitError, ending
from benchmarks.ingest.usage import PAUSE, Usage


@dataclass(frozen=True)
class Container:
    """A running container: its id, its address on the engine's bridge, and its control group."""

    id: str
    address: str
    group: cgroups.Group

    def execute(self, *command: str, text: str | None = None) -> str:
        """Run a command in it and return its standard output."""
        return docker("exec", "--interactive", self.id, *command, text=text)


@contextmanager
def serving(image: str, options: Sequence[str], arguments: Sequence[str]) -> Iterator[Container]:
    """Run a server's container while the body runs, and remove it with its volumes."""
    identifier = _start(image, options, arguments)
    try:
        state = _inspect(identifier)
        address = state["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
        yield Container(identifier, address, cgroups.group_of(state["State"]["Pid"]))
    finally:
        docker("rm", "--force", "--volumes", identifier)


def wait_until_ready(container: Container, *command: str, seconds: float = 60) -> None:
    """Repeat a command in the container until it succeeds.

    Raises:
        BenchmarkError: it did not in this time.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            container.execute(*command)
        except BenchmarkError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


@dataclass(frozen=True)
class Ended:
    """What a container that ran to its end used, and wrote to its termination log."""

    usage: Usage
    result: str
    asked: datetime.datetime
    """When the engine was asked to run it."""
    began: datetime.datetime
    at: datetime.datetime
    """When its process ended."""

    @property
    def with_start(self) -> float:
        """Seconds from the request to the end."""
        return (self.at - self.asked).total_seconds()


def run(image: str, options: Sequence[str], arguments: Sequence[str], limit: float) -> Ended:
    """Run a container to its end and measure it.

    Raises:
        FailedError: it ended with an error.
        OverLimitError: it took more than `limit` seconds.
    """
    with tempfile.NamedTemporaryFile() as log:
        Path(log.name).chmod(0o666)
        mount = f"--volume={log.name}:/dev/termination-log"
        asked = datetime.datetime.now(datetime.UTC)
        identifier = _start(image, [mount, *options], arguments)
        try:
            cpu_seconds, peak = _watch(identifier, asked.timestamp() + limit)
            state = _inspect(identifier)["State"]
            if state["ExitCode"] != 0:
                raise FailedError(f"{image} {arguments[0]} ended with {state['ExitCode']}:\n{_last_lines(identifier)}")
        finally:
            docker("rm", "--force", "--volumes", identifier)
        began, ended = _time(state["StartedAt"]), _time(state["FinishedAt"])
        usage = Usage((ended - began).total_seconds(), cpu_seconds, peak)
        return Ended(usage, Path(log.name).read_text(), asked, began, ended)


def _start(image: str, options: Sequence[str], arguments: Sequence[str]) -> str:
    name = f"--name=podflow-benchmark-{secrets.token_hex(4)}"
    return docker("run", "--detach", name, *options, image, *arguments).strip()


def _watch(identifier: str, deadline: float) -> tuple[float, int]:
    """Look at a container until it has ended; return its CPU time and its peak of memory."""
    cpu_seconds, peak = 0.0, cgroups.Peak()
    process = _inspect(identifier)["State"]["Pid"]
    try:
        group = cgroups.group_of(process)
        while processes := group.processes():
            cpu_seconds = group.cpu_seconds()
            peak.look(processes)
            if time.time() > deadline:
                raise OverLimitError("over the limit")
            time.sleep(PAUSE)
    except (FileNotFoundError, OSError):  # the group is gone
        pass
    docker("wait", identifier)
    return cpu_seconds, peak.bytes


def _time(text: str) -> datetime.datetime:
    # Docker's nanoseconds are more than Python reads.
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")


def _inspect(identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("inspect", identifier))[0]
    return found


def _last_lines(identifier: str) -> str:
    logs = subprocess.run(["docker", "logs", identifier], capture_output=True, text=True, check=False)
    return ending(logs.stdout + logs.stderr)


def docker(*arguments: str, text: str | None = None) -> str:
    """Run a command of the engine and return its standard output.

    Raises:
        BenchmarkError: it failed.
    """
    process = subprocess.run(["docker", *arguments], input=text, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise BenchmarkError(f"docker {arguments[0]} failed: {process.stderr.strip() or process.stdout.strip()}")
    return process.stdout
