"""The Debian base images: pulled from Docker Hub, or made with debootstrap from Debian's own repository."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from k8s import apt, host, process
from k8s.errors import HostNotReadyError

# What Docker's own slim images leave out too; licences stay.
_LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian",
             "usr/share/groff", "usr/share/linda", "var/lib/apt/lists", "var/cache/apt", "var/cache/debconf",
             "var/log", "tmp")  # fmt: skip

_DPKG_EXCLUDES = """\
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""

_APT_SETTINGS = """\
APT::Install-Recommends "false";
Acquire::Languages "none";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""


@dataclass(frozen=True)
class Repositories:
    """Where the host takes Debian from: the archive, and the archive of security updates, as URLs."""

    archive: str
    security: str | None

    def sources(self, suite: str) -> str:
        """Return the content of a `debian.sources` file for a suite."""
        signed = "Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
        text = f"Types: deb\nURIs: {self.archive}\nSuites: {suite} {suite}-updates\n{signed}"
        if self.security:
            text += f"\nTypes: deb\nURIs: {self.security}\nSuites: {suite}-security\n{signed}"
        return text


def reference(suite: str) -> str:
    """Return the name of a suite's image, as Docker Hub calls it."""
    return f"debian:{suite}-slim"


def is_present(suite: str) -> bool:
    """Say whether the engine has the image."""
    return process.succeeds(["docker", "image", "inspect", reference(suite)])


def pull(suite: str, log: Path) -> None:
    """Pull a suite's image from Docker Hub."""
    process.run(["docker", "pull", reference(suite)], log)


def build(suite: str, log: Path) -> None:
    """Make a suite's image from the packages, or import it again from the cache."""
    archive = host.cache_directory() / "debian" / f"{suite}-slim.tar"
    if not archive.exists():
        _archive(suite, archive, log)
    import_command = ["docker", "import", "--change", 'CMD ["bash"]', "--change", f"LABEL io.podflow.suite={suite}"]
    process.run([*import_command, str(archive), reference(suite)], log)


def repositories_of_host(index_targets: str) -> Repositories:
    """Read the host's own Debian archives from `apt-get indextargets` lines of `<url> <release>`."""
    archive = security = None
    for line in index_targets.splitlines():
        url, _, release = line.partition(" ")
        if release.endswith("-security"):
            security = security or url.rstrip("/")
        elif "debian" in url and not release.endswith(("-updates", "-backports")):
            archive = archive or url.rstrip("/")
    if archive is None:
        raise HostNotReadyError("apt on this host has no Debian archive in its sources: add one")
    return Repositories(archive, security)


def slim(root: Path, suite: str, repositories: Repositories) -> None:
    """Take out of an installed tree what containers do not need, and keep later packages slim as well."""
    copyrights = {file: file.read_bytes() for file in root.glob("usr/share/doc/*/copyright") if file.is_file()}
    for name in _LEFT_OUT:
        _empty(root / name)
    for file, content in copyrights.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (root / "var/lib/apt/lists/partial").mkdir()
    (root / "var/cache/apt/archives/partial").mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(_DPKG_EXCLUDES)
    (root / "etc/apt/apt.conf.d/docker").write_text(_APT_SETTINGS)
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    (root / "etc/apt/sources.list.d/debian.sources").write_text(repositories.sources(suite))
    for name in ("etc/hostname", "etc/resolv.conf", "etc/machine-id"):
        (root / name).unlink(missing_ok=True)
    _forbid_services(root)


def _archive(suite: str, archive: Path, log: Path) -> None:
    if not apt.can_install():
        raise HostNotReadyError("Making Debian images takes root on a Debian host: run this as root")
    if not shutil.which("debootstrap", path=host.search_path()):
        apt.install({"debootstrap", "debian-archive-keyring"}, log)
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]
    repositories = repositories_of_host(process.output(targets))
    root = archive.parent / f"{suite}.root"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    process.run(["debootstrap", "--variant=minbase", suite, str(root), repositories.archive], log)
    (root / "etc/apt/sources.list").unlink()
    (root / "etc/apt/sources.list.d/debian.sources").write_text(repositories.sources(suite))
    for step in (["update"], ["dist-upgrade", "--yes"], ["clean"]):
        process.run(["chroot", str(root), "apt-get", *step], log)
    slim(root, suite, repositories)
    partial = archive.with_suffix(".new")
    process.run(["tar", "--numeric-owner", "--xattrs", "-C", str(root), "-cf", str(partial), "."], log)
    partial.replace(archive)
    shutil.rmtree(root)


def _empty(directory: Path) -> None:
    if directory.is_dir():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)


def _forbid_services(root: Path) -> None:
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
