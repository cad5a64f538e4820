"""The families of Go programs: what is built from which package, with which version stamped into it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from k8s import host
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
