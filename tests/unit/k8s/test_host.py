from pathlib import Path

import pytest

from k8s import host


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=debian\nVERSION_ID=12\n", True),
        ('ID=ubuntu\nID_LIKE="debian"\n', True),
        ('ID="fedora"\nNAME="Debian-free"\n', False),
    ],
)
def test_debian_and_its_children_are_known(tmp_path: Path, text: str, expected: bool) -> None:
    file = tmp_path / "os-release"
    file.write_text(text)
    assert host.is_debian(file) is expected


def test_host_without_os_release_is_not_debian(tmp_path: Path) -> None:
    assert not host.is_debian(tmp_path / "absent")


@pytest.mark.parametrize(("bounding", "expected"), [("000001fffeffffff", False), ("000001ffffffffff", True)])
def test_capability_is_read_from_the_bounding_set(tmp_path: Path, bounding: str, expected: bool) -> None:
    status = tmp_path / "status"
    status.write_text(f"Name:\tx\nCapEff:\t000001ffffffffff\nCapBnd:\t{bounding}\n")
    assert host.may_have_capability(host.CAP_SYS_RESOURCE, status) is expected


def test_mtu_is_that_of_the_default_routes_link(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text("Iface\tDestination\tGateway\nlo\t0000007F\t0\neth7\t00000000\t010200C0\n")
    for name, mtu in (("lo", 65536), ("eth7", 1400)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mtu").write_text(f"{mtu}\n")
    assert host.default_route_mtu(routes, tmp_path) == 1400


def test_mtu_without_a_default_route_is_ethernets(tmp_path: Path) -> None:
    assert host.default_route_mtu(tmp_path / "absent", tmp_path) == 1500


def test_cgroups_are_legacy_unless_the_unified_hierarchy_is_mounted(tmp_path: Path) -> None:
    assert host.uses_legacy_cgroups(tmp_path)
    (tmp_path / "cgroup.controllers").touch()
    assert not host.uses_legacy_cgroups(tmp_path)


def test_cache_follows_the_users_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert host.cache_directory() == tmp_path / "podflow"
