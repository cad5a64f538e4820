"""CPU time and memory of Airflow's components, as the kernel accounts them to their containers."""

import json
from dataclasses import dataclass
from typing import Any

from benchmarks.pod_task.errors import BenchmarkError
from k8s.kubectl import Kubectl
from k8s.process import succeeds

COMPONENTS = ("scheduler", "api-server", "triggerer", "dag-processor")
"""Airflow's components, as their containers are called. Task processes are children of the scheduler."""

# Inside a container, its own control group is mounted at the root of each hierarchy.
_VERSION_1 = ("cpuacct/cpuacct.usage", "memory/memory.usage_in_bytes", "memory/memory.stat")
_VERSION_2 = ("cpu.stat", "memory.current", "memory.stat")
_ROOT = "/sys/fs/cgroup"


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the container started, and bytes that it has in use now."""

    cpu_seconds: float
    working_set: int
    """What the kubelet judges: also files read or written lately, such as task logs, which the kernel could drop."""
    anonymous: int
    """What only the processes themselves can give back."""


def parse_version_1(text: str) -> Usage:
    """Read the three files of _VERSION_1, one after the other."""
    nanoseconds, in_use, *stat = text.splitlines()
    fields = _fields(stat)
    return Usage(int(nanoseconds) / 1e9, int(in_use) - int(fields["total_inactive_file"]), int(fields["total_rss"]))


def parse_version_2(text: str) -> Usage:
    """Read the three files of _VERSION_2, one after the other."""
    lines = text.splitlines()
    # memory.current is the one line that is only a number.
    (in_use,) = (line for line in lines if line.isdigit())
    fields = _fields(lines)
    return Usage(int(fields["usage_usec"]) / 1e6, int(in_use) - int(fields["inactive_file"]), int(fields["anon"]))


def _fields(lines: list[str]) -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in lines if " " in line)


def spent(before: dict[str, Usage], after: dict[str, Usage]) -> dict[str, float]:
    """Return the CPU seconds between two readings, by component.

    Raises:
        BenchmarkError: a component was restarted in between, and its count with it.
    """
    seconds = {name: after[name].cpu_seconds - before[name].cpu_seconds for name in before}
    if restarted := [name for name, value in seconds.items() if value < 0]:
        raise BenchmarkError(f"{', '.join(restarted)} was restarted while it was measured: kubectl describe its pod")
    return seconds


class ControlPlane:
    """Airflow's components on a cluster, found once: none may be replaced while it is measured."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl
        self._pods = _pods(json.loads(kubectl.output("get", "pods", "--output", "json")))
        self._is_version_2 = succeeds(
            kubectl.command(*self._inside("scheduler", "test", "-e", f"{_ROOT}/cgroup.controllers"))
        )

    def read(self) -> dict[str, Usage]:
        """Return each component's usage now.

        Raises:
            CommandFailedError: a component's pod is not there any more.
        """
        names = _VERSION_2 if self._is_version_2 else _VERSION_1
        parse = parse_version_2 if self._is_version_2 else parse_version_1
        files = [f"{_ROOT}/{name}" for name in names]
        return {name: parse(self._kubectl.output(*self._inside(name, "cat", *files))) for name in self._pods}

    def _inside(self, component: str, *command: str) -> tuple[str, ...]:
        return ("exec", self._pods[component], "--container", component, "--", *command)


def _pods(listed: dict[str, Any]) -> dict[str, str]:
    """Return the name of the pod of each component; with several replicas, of one of them."""
    found: dict[str, str] = {}
    for pod in listed["items"]:
        if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]:
            found |= {each["name"]: pod["metadata"]["name"] for each in pod["spec"]["containers"]}
    if missing := [name for name in COMPONENTS if name not in found]:
        raise BenchmarkError(f"there is no running pod of {', '.join(missing)}: is the chart deployed?")
    return {name: found[name] for name in COMPONENTS}
