from pathlib import Path

import pytest

from k8s import sources, surroundings
from k8s.errors import HostNotReadyError
from k8s.surroundings import Surroundings
from k8s.versions import pinned


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give a `docker` that has nothing and reaches nothing, and an empty cache."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text("#!/bin/sh\nexit 1\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{docker.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PODFLOW_SURROUNDINGS", raising=False)
    surroundings.detect.cache_clear()


def _titles(found: Surroundings) -> list[list[list[str]]]:
    missing = sources.source_of(found).missing()
    return [[[work.name for work in lane] for lane in lanes] for lanes in missing]


@pytest.mark.parametrize("found", Surroundings)
def test_users_word_counts_before_any_probe(monkeypatch: pytest.MonkeyPatch, found: Surroundings) -> None:
    monkeypatch.setenv("PODFLOW_SURROUNDINGS", found.value)
    assert surroundings.detect() is found


def test_unreachable_docker_hub_means_registries() -> None:
    assert surroundings.detect() is Surroundings.REGISTRIES


def test_unknown_word_is_refused_with_the_known_ones() -> None:
    with pytest.raises(HostNotReadyError, match="'moon': set it to dockerhub or registries"):
        surroundings.parse("moon")


def test_registries_build_programs_beside_base_images_and_then_the_node() -> None:
    first, second = _titles(Surroundings.REGISTRIES)
    assert first[0] == ["debian-trixie", "debian-bookworm"]
    assert first[1][:2] == ["kind", "helm"]
    assert {"kubernetes", "etcd", "containerd"} <= set(first[1])
    assert second == [["kubectl", "node-image"]]


def test_docker_hub_needs_pulls_and_two_tools_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k8s.host_tools.host_command", lambda _: None)
    assert _titles(Surroundings.DOCKER_HUB) == [[["debian-trixie", "node-image"], ["kind", "helm"]], [["kubectl"]]]


def test_docker_hubs_node_is_pinned_by_digest_and_brings_no_network_of_ours() -> None:
    node = sources.source_of(Surroundings.DOCKER_HUB).node
    assert "@sha256:" in node.image
    assert not node.has_own_network


def test_docker_hubs_node_has_the_pinned_minor_version() -> None:
    minor = pinned("kubernetes").rpartition(".")[0]
    assert pinned("kubernetes", "docker_hub_node").startswith(f"kindest/node:v{minor}.")


def test_pulls_ask_docker_for_the_pinned_references(tmp_path: Path) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    for work in [work for lane in sources.source_of(Surroundings.DOCKER_HUB).stages[0][:1] for work in lane]:
        work.make(tmp_path / "log")
    assert (tmp_path / "calls").read_text().splitlines() == [
        "pull debian:trixie-slim",
        f"pull {pinned('kubernetes', 'docker_hub_node')}",
    ]
