"""Whether this machine reaches Docker Hub, or package registries only."""

from __future__ import annotations

from enum import Enum
from functools import cache

from k8s import host, process
from k8s.errors import HostNotReadyError

_SECONDS = 10.0
_PROBED = "debian:trixie-slim"


class Surroundings(Enum):
    """Where images come from; the value is what PODFLOW_SURROUNDINGS calls it."""

    DOCKER_HUB = "dockerhub"
    REGISTRIES = "registries"

    @property
    def sentence(self) -> str:
        """Say what was found and what follows from it."""
        if self is Surroundings.DOCKER_HUB:
            return "Docker Hub reachable: pulling images"
        return "package registries only: building images"


def is_overridden() -> bool:
    """Say whether the user decided it."""
    return host.surroundings_override() is not None


@cache
def detect() -> Surroundings:
    """Return the surroundings: as PODFLOW_SURROUNDINGS says, else by asking for one manifest."""
    override = host.surroundings_override()
    if override:
        return parse(override)
    reachable = process.succeeds(["docker", "manifest", "inspect", _PROBED], process.Setting(seconds=_SECONDS))
    return Surroundings.DOCKER_HUB if reachable else Surroundings.REGISTRIES


def parse(text: str) -> Surroundings:
    """Return the surroundings of a name; raises HostNotReadyError for any other."""
    try:
        return Surroundings(text)
    except ValueError:
        known = " or ".join(item.value for item in Surroundings)
        raise HostNotReadyError(f"PODFLOW_SURROUNDINGS is {text!r}: set it to {known}, or not at all") from None
