from pathlib import Path

import pytest

from k8s import debian_images
from k8s.debian_images import Repositories
from k8s.errors import HostNotReadyError

_TARGETS = """\
http://mirror.example/debian-security/ bookworm-security
http://mirror.example/debian/ bookworm
http://mirror.example/debian/ bookworm-updates
"""


def test_images_take_debian_from_where_the_host_does() -> None:
    found = debian_images.repositories_of_host(_TARGETS)
    assert found == Repositories("http://mirror.example/debian", "http://mirror.example/debian-security")


def test_host_without_a_debian_archive_is_told_so() -> None:
    with pytest.raises(HostNotReadyError, match="no Debian archive"):
        debian_images.repositories_of_host("https://packages.example/apt stable\n")


def test_sources_hold_updates_and_security_fixes() -> None:
    text = Repositories("http://m/debian", "http://m/security").sources("trixie")
    assert "URIs: http://m/debian\nSuites: trixie trixie-updates\n" in text
    assert "URIs: http://m/security\nSuites: trixie-security\n" in text
    assert "security" not in Repositories("http://m/debian", None).sources("trixie")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("etc/apt/apt.conf.d", "etc/apt/sources.list.d", "etc/dpkg/dpkg.cfg.d", "usr/sbin", "var/lib/dpkg"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "usr/share/doc/bash/copyright",
        "usr/share/doc/bash/NEWS.gz",
        "usr/share/man/man1/bash.1.gz",
        "usr/share/locale/de/x.mo",
        "var/lib/apt/lists/some_Packages",
        "var/cache/apt/archives/x.deb",
        "var/lib/dpkg/status",
        "etc/resolv.conf",
        "etc/hostname",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_slim_tree_keeps_licences_and_packages_and_loses_the_rest(tree: Path) -> None:
    debian_images.slim(tree, "trixie", Repositories("http://m/debian", None))
    left = {str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file()}
    assert left == {
        "etc/apt/apt.conf.d/docker",
        "etc/apt/sources.list.d/debian.sources",
        "etc/dpkg/dpkg.cfg.d/docker",
        "usr/sbin/policy-rc.d",
        "usr/share/doc/bash/copyright",
        "var/lib/dpkg/status",
    }
    assert (tree / "usr/share/doc/bash/copyright").read_text() == "usr/share/doc/bash/copyright"


def test_slim_tree_lets_later_packages_install_and_start_nothing(tree: Path) -> None:
    debian_images.slim(tree, "trixie", Repositories("http://m/debian", None))
    assert (tree / "var/lib/apt/lists/partial").is_dir()
    assert (tree / "var/cache/apt/archives/partial").is_dir()
    assert (tree / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert (tree / "usr/sbin/policy-rc.d").stat().st_mode & 0o777 == 0o755
    assert "exit 101" in (tree / "usr/sbin/policy-rc.d").read_text()
