from pathlib import Path

import pytest

from k8s import go_tools, host, host_tools
from k8s.go_families import FAMILIES


@pytest.fixture(autouse=True)
def _own_directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def _command(directory: Path, name: str, prints: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(f"#!/bin/sh\necho '{prints}'\n")
    (directory / name).chmod(0o755)
    return directory / name


@pytest.mark.parametrize(
    ("name", "printed", "expected"),
    [
        ("kubectl", "Client Version: v1.34.4\nKustomize Version: v5.7.1", True),
        ("kubectl", "Client Version: v1.33.0", True),
        ("kubectl", "Client Version: v1.32.4-dispatcher", False),
        ("helm", "v3.19.0+g3d8990f", True),
        ("helm", "v3.9.4+gdbc6d8e", False),
        ("helm", "v4.0.0", False),
    ],
)
def test_hosts_command_counts_only_when_its_version_fits(name: str, printed: str, expected: bool) -> None:
    assert host_tools.fits(name, printed) is expected


def test_hosts_own_command_that_fits_is_used_and_nothing_is_built(tmp_path: Path) -> None:
    own = _command(tmp_path, "helm", "v3.19.0+g1")
    assert not host_tools.has_helm()
    host_tools.install_helm(tmp_path / "log")
    assert go_tools.installed("helm") == own
    assert host_tools.has_helm()


def test_program_of_an_older_pin_counts_as_missing() -> None:
    family = FAMILIES["kind"]
    old = _command(host.cache_directory() / "programs" / "kind-old", "kind", "kind v0.1.0")
    go_tools.link(old, "kind")
    assert go_tools.installed("kind") == old
    assert not go_tools.is_installed(family)
    go_tools.link(_command(family.directory(), "kind", "kind"), "kind")
    assert go_tools.is_installed(family)


def test_command_whose_program_was_purged_counts_as_missing(tmp_path: Path) -> None:
    program = _command(tmp_path / "programs", "kind", "kind")
    go_tools.link(program, "kind")
    program.unlink()
    assert go_tools.installed("kind") is None
