"""Programs built from Go modules: kind, helm, and all that the node image is made of.

Each family of programs has a module of its own under k8s/go/, whose go.sum pins every byte it is built from.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from k8s import host, process
from k8s.go_families import Family
from k8s.go_toolchain import ensure_go, go_command


def is_built(family: Family) -> bool:
    """Say whether the cache has the family's programs as they are pinned now."""
    return family.directory().is_dir()


def build(family: Family, log: Path) -> Path:
    """Build a family's programs unless the cache has them; returns their directory."""
    target = family.directory()
    if target.is_dir():
        return target
    ensure_go(log)
    partial = target.with_name(f"{target.name}.new")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, package in family.programs.items():
        process.run(_build_command(family, partial / name, package), log, _setting(family))
    partial.rename(target)
    return target


def install(family: Family, log: Path) -> None:
    """Build a family and put its programs on podflow's own PATH directory."""
    directory = build(family, log)
    for name in family.programs:
        link(directory / name, name)


def is_installed(family: Family) -> bool:
    """Say whether the PATH directory's commands are this family's, as they are pinned now."""
    return all(installed(name) == family.directory() / name for name in family.programs)


def installed(name: str) -> Path | None:
    """Return the program that a command of podflow's PATH directory leads to, or None."""
    command = host.tool_directory() / name
    return command.readlink() if command.is_symlink() and os.access(command, os.X_OK) else None


def link(program: Path, name: str) -> None:
    """Make a program callable by a name, through podflow's own PATH directory."""
    target = host.tool_directory() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(program)
    temporary.replace(target)


def drop_build_cache() -> None:
    """Delete Go's intermediate results, several GB that only an interrupted build profits from."""
    shutil.rmtree(_caches() / "build", ignore_errors=True)


def module_source(family: Family, module: str, log: Path) -> Path:
    """Return the directory of a module's source in Go's cache, fetching it where it is not there yet."""
    process.run([go_command(), "mod", "download", module], log, _setting(family))
    text = process.output([go_command(), "list", "-m", "-f", "{{.Dir}}", module], _setting(family))
    return Path(text.strip())


def _build_command(family: Family, target: Path, package: str) -> list[str]:
    command = [go_command(), "build", "-trimpath", "-buildvcs=false", "-ldflags", family.linker_flags()]
    if family.tags:
        command += ["-tags", ",".join(family.tags)]
    return [*command, "-o", str(target), package]


def _setting(family: Family) -> process.Setting:
    caches = _caches()
    environment = {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOMODCACHE": str(caches / "modules"),
        "GOCACHE": str(caches / "build"),
    }
    return process.Setting(directory=family.module_directory(), environment=environment)


def _caches() -> Path:
    return host.cache_directory() / "go"
