"""What the host is: its directories, its rights, its operating system, its network.

The only module that reads the environment.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

CAP_SYS_RESOURCE = 24
"""Number of the capability, see capabilities(7)."""

_CERTIFICATE_SETTINGS = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def cache_directory() -> Path:
    """Return podflow's cache, `${XDG_CACHE_HOME:-~/.cache}/podflow`; it may not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "podflow"


def tool_directory() -> Path:
    """Return the directory of the commands that podflow built or fetched."""
    return cache_directory() / "bin"


def users_path() -> str:
    """Return PATH as the user has it."""
    return os.environ.get("PATH", "/usr/bin:/bin")


def search_path() -> str:
    """Return PATH with podflow's own commands first and the system's directories last."""
    return f"{tool_directory()}:{users_path()}:/usr/local/sbin:/usr/sbin:/sbin"


def subprocess_environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a command: the user's own, podflow's commands on PATH, and `changes`."""
    return {**os.environ, "PATH": search_path(), **(changes or {})}


def surroundings_override() -> str | None:
    """Return PODFLOW_SURROUNDINGS, or None where it is not set."""
    return os.environ.get("PODFLOW_SURROUNDINGS") or None


def certificate_settings() -> dict[str, Path]:
    """Return the usual CA bundle settings that are present in the environment."""
    return {name: Path(os.environ[name]) for name in _CERTIFICATE_SETTINGS if os.environ.get(name)}


def is_root() -> bool:
    """Say whether this process may install packages and start services."""
    return os.geteuid() == 0


def is_debian(os_release: Path = Path("/etc/os-release")) -> bool:
    """Say whether the host is Debian or made from it."""
    if not os_release.exists():
        return False
    settings = dict(line.split("=", 1) for line in os_release.read_text().splitlines() if "=" in line)
    families = f"{settings.get('ID', '')} {settings.get('ID_LIKE', '')}".replace('"', "").split()
    return "debian" in families


def has_systemd() -> bool:
    """Say whether systemd manages the host's services."""
    return Path("/run/systemd/system").is_dir()


def may_have_capability(number: int, status: Path = Path("/proc/self/status")) -> bool:
    """Say whether the bounding set of this process, and so of its children, holds a capability."""
    for line in status.read_text().splitlines():
        if line.startswith("CapBnd:"):
            return bool(int(line.split()[1], 16) >> number & 1)
    return True


def default_route_mtu(routes: Path = Path("/proc/net/route"), links: Path = Path("/sys/class/net")) -> int:
    """Return the MTU in bytes of the link that the default route uses; 1500 where there is none."""
    if routes.exists():
        for line in routes.read_text().splitlines()[1:]:
            interface, destination = line.split()[:2]
            if destination == "00000000":
                return int((links / interface / "mtu").read_text())
    return 1500


def uses_legacy_cgroups(mount: Path = Path("/sys/fs/cgroup")) -> bool:
    """Say whether the host still runs control groups version 1 (or the hybrid of both)."""
    return mount.is_dir() and not (mount / "cgroup.controllers").exists()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_gibibytes() -> float:
    """Return the machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def free_gibibytes(directory: Path) -> float:
    """Return the free space of the file system that a directory is, or will be, on."""
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    return shutil.disk_usage(existing).free / 2**30
