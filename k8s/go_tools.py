"""Programs built from Go modules: kind, helm, and all that the node image is made of.

Each family of programs has a module of its own under k8s/go/, whose go.sum pins every byte it is built from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from k8s import host, process
from k8s.go_toolchain import ensure_go, go_command
from k8s.versions import pinned

_MODULES = Path(__file__).with_name("go")


@dataclass(frozen=True)
class Family:
    """Programs that share a Go module under k8s/go/.

    `version` names a section of versions.toml; `programs` maps a file name to its package; `stamps` maps
    a variable of the linker to its value, in which `{version}`, `{major}` and `{minor}` are filled in.
    """

    name: str
    version: str | None
    programs: Mapping[str, str]
    stamps: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def linker_flags(self) -> str:
        """Return the value of `-ldflags`: no debug information, and the version stamps."""
        version = pinned(self.version) if self.version else ""
        major, _, rest = version.partition(".")
        known = {"version": version, "major": major, "minor": rest.partition(".")[0]}
        stamps = [f"-X {variable}={value.format(**known)}" for variable, value in self.stamps.items()]
        return " ".join(["-s", "-w", *stamps])

    def key(self) -> str:
        """Return what changes whenever the built programs could: a digest of sources, checksums and flags."""
        digest = hashlib.sha256(repr((sorted(self.programs.items()), self.linker_flags(), self.tags)).encode())
        for file in sorted((_MODULES / self.name).iterdir()):
            digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()[:12]

    def directory(self) -> Path:
        """Return where the built programs of this version are kept."""
        return host.cache_directory() / "programs" / f"{self.name}-{self.key()}"

    def module_directory(self) -> Path:
        """Return the Go module that pins the family."""
        return _MODULES / self.name


_KUBERNETES_STAMPS = {
    f"{package}.{variable}": value
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    # The API server reads the minor version too: the Pod Security levels that it knows follow from it.
    for variable, value in (("gitVersion", "v{version}"), ("gitMajor", "{major}"), ("gitMinor", "{minor}"))
}
_CNI = "github.com/containernetworking/plugins"
_CONTAINERD = "github.com/containerd/containerd/v2"

FAMILIES = {
    family.name: family
    for family in (
        Family("kind", "kind", {"kind": "sigs.k8s.io/kind"}),
        Family(
            "helm",
            "helm",
            {"helm": "helm.sh/helm/v3/cmd/helm"},
            {"helm.sh/helm/v3/internal/version.version": "v{version}"},
        ),
        Family("kubernetes", "kubernetes", {"kubernetes": "podflow/kubernetes"}, _KUBERNETES_STAMPS),
        Family("etcd", "etcd", {"etcd": "go.etcd.io/etcd/server/v3"}),
        Family("coredns", "coredns", {"coredns": "github.com/coredns/coredns"}),
        Family(
            "containerd",
            "containerd",
            {name: f"{_CONTAINERD}/cmd/{name}" for name in ("containerd", "ctr", "containerd-shim-runc-v2")},
            {f"{_CONTAINERD}/version.Version": "v{version}"},
            ("no_btrfs", "no_devmapper", "no_zfs", "no_aufs"),
        ),
        Family(
            "cni",
            "cni_plugins",
            {
                "ptp": f"{_CNI}/plugins/main/ptp",
                "loopback": f"{_CNI}/plugins/main/loopback",
                "host-local": f"{_CNI}/plugins/ipam/host-local",
                "portmap": f"{_CNI}/plugins/meta/portmap",
            },
        ),
        Family(
            "local-path",
            "local_path_provisioner",
            {"local-path-provisioner": "github.com/rancher/local-path-provisioner"},
            {"main.VERSION": "v{version}"},
        ),
        Family("pause", None, {"pause": "podflow/pause"}),
    )
}


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
