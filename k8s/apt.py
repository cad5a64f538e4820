"""Packages of a Debian host, installed as root."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from k8s import host, process
from k8s.errors import CommandFailedError, HostNotReadyError

# Level 1 is single-user mode: invoke-rc.d then starts no service that this package starts its own way.
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}


def can_install() -> bool:
    """Say whether this process may install Debian packages."""
    return host.is_root() and host.is_debian()


def install(packages: Iterable[str], log: Path) -> None:
    """Install packages and what they depend on, not what they recommend; raises where it may not."""
    names = sorted(packages)
    if not can_install():
        raise HostNotReadyError(f"Install {', '.join(names)} with the system's package manager, then run this again")
    environment = {**_QUIET} if not host.has_systemd() else {"DEBIAN_FRONTEND": "noninteractive"}
    setting = process.Setting(environment=environment)
    with suppress(CommandFailedError):  # another repository of the host may be out of reach: install decides
        process.run(["apt-get", "update"], log, setting)
    process.run(["apt-get", "install", "--yes", "--no-install-recommends", *names], log, setting)


def knows(package: str) -> bool:
    """Say whether the host's repositories have a package of this name."""
    return process.succeeds(["apt-cache", "show", "--no-all-versions", package])
