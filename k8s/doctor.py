"""What this machine lacks, or has in a way to know about: one line each, with its remedy. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from k8s import apt, ca, engine, host, surroundings
from k8s.errors import HostNotReadyError

MINIMUM_CORES = 2
MINIMUM_MEMORY = 6.0
MINIMUM_DISK = 25.0


class Weight(Enum):
    """How bad a finding is; the value is what the report shows."""

    WELL = "ok"
    NOTE = "note"
    MENDED = "up mends"
    BLOCKING = "BLOCKING"


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, what was seen, and the remedy where one is needed."""

    weight: Weight
    subject: str
    text: str

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.weight.value:<9} {self.subject:<16} {self.text}"


@dataclass(frozen=True)
class Facts:
    """What was seen of the machine; memory and free disk in GiB."""

    has_engine: bool
    may_install: bool
    cores: int
    memory: float
    disk: float
    ca_bundle: Path | None
    has_sys_resource: bool
    legacy_cgroups: bool
    reaches_docker_hub: bool


def look() -> Facts:
    """Collect the facts; takes as long as one question to Docker Hub, ten seconds at most."""
    has_engine = engine.is_running()
    return Facts(
        has_engine=has_engine,
        may_install=apt.can_install(),
        cores=host.cores(),
        memory=host.memory_gibibytes(),
        disk=host.free_gibibytes(engine.data_directory()),
        ca_bundle=ca.host_ca_bundle(),
        has_sys_resource=host.may_have_capability(host.CAP_SYS_RESOURCE),
        legacy_cgroups=host.uses_legacy_cgroups(),
        reaches_docker_hub=has_engine and surroundings.detect() is surroundings.Surroundings.DOCKER_HUB,
    )


def judge(facts: Facts) -> list[Finding]:
    """Return a finding for everything that was looked at."""
    return [
        _engine(facts),
        _at_least("cores", facts.cores, MINIMUM_CORES, "", "give the machine more"),
        _at_least("memory", facts.memory, MINIMUM_MEMORY, " GiB", "give the machine more"),
        _at_least("disk", facts.disk, MINIMUM_DISK, " GiB free", "free some, e.g. with `docker system prune`"),
        _ca(facts.ca_bundle),
        _sys_resource(facts),
        _cgroups(legacy=facts.legacy_cgroups),
        _images(facts),
    ]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that `up` could not get past."""
    return [finding for finding in findings if finding.weight is Weight.BLOCKING]


def report() -> int:
    """Print all findings; returns the exit code: 1 where one is blocking."""
    findings = judge(look())
    print("\n".join(map(str, findings)))
    return 1 if blocking(findings) else 0


def check() -> None:
    """Raise HostNotReadyError with the blocking findings, if there are any."""
    found = blocking(judge(look()))
    if found:
        raise HostNotReadyError("\n".join(["This machine is not ready:", *map(str, found)]))


def _engine(facts: Facts) -> Finding:
    if facts.has_engine:
        return Finding(Weight.WELL, "Docker engine", "answers")
    if facts.may_install:
        return Finding(Weight.MENDED, "Docker engine", "none answers: `up` installs Debian's docker.io and starts it")
    return Finding(Weight.BLOCKING, "Docker engine", "none answers: start it, or install Docker and start it")


def _at_least(subject: str, seen: float, wanted: float, unit: str, remedy: str) -> Finding:
    if seen >= wanted:
        return Finding(Weight.WELL, subject, f"{seen:.0f}{unit}")
    return Finding(Weight.BLOCKING, subject, f"{seen:.0f}{unit}, needed are {wanted:.0f}: {remedy}")


def _ca(bundle: Path | None) -> Finding:
    if bundle is None:
        return Finding(Weight.WELL, "TLS", "no certificate authority of a network's own")
    return Finding(Weight.NOTE, "TLS", f"the network may re-sign it: image builds get {bundle}, final images do not")


def _sys_resource(facts: Facts) -> Finding:
    if facts.has_sys_resource:
        return Finding(Weight.WELL, "CAP_SYS_RESOURCE", "there")
    text = "missing: an engine that `up` starts gets an OCI runtime that does without (k8s/runtime_wrapper.py)"
    return Finding(Weight.NOTE if facts.has_engine else Weight.MENDED, "CAP_SYS_RESOURCE", text)


def _cgroups(*, legacy: bool) -> Finding:
    if legacy:
        return Finding(Weight.NOTE, "cgroups", "version 1: works, but Kubernetes drops it; boot with cgroups 2 in time")
    return Finding(Weight.WELL, "cgroups", "version 2")


def _images(facts: Facts) -> Finding:
    if not facts.has_engine:
        return Finding(Weight.NOTE, "images", "where they come from is found out once an engine answers")
    if facts.reaches_docker_hub:
        return Finding(Weight.WELL, "images", "Docker Hub reachable: pulled")
    text = "package registries only: built; the built node accepts NetworkPolicies but does not enforce them"
    return Finding(Weight.NOTE, "images", text)
