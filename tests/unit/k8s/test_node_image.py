import json
import subprocess
from pathlib import Path

import pytest

from k8s import node_image
from k8s.errors import ClusterError

_NODE = Path(node_image.__file__).with_name("node")
_LISTED = """\
registry.example/kube-apiserver:v1.34.4
registry.example/kube-proxy:v1.34.4
registry.example/coredns/coredns:v1.12.1
registry.example/pause:3.10.1
registry.example/etcd:3.6.5-0
"""
_CONTAINERD = '  sandbox_image = "registry.example/pause:3.10"\n'
_CONSTANTS = """
const kindnetdImage = "docker.io/kindest/kindnetd:v1"
const storageProvisionerImage = "docker.io/kindest/local-path-provisioner:v2"
const storageHelperImage = "docker.io/kindest/local-path-helper:v3"
"""


def test_images_get_the_names_that_kubeadm_containerd_and_kind_will_ask_for() -> None:
    assert node_image.image_names(_LISTED, _CONTAINERD, _CONSTANTS) == {
        "kubernetes": ["registry.example/kube-apiserver:v1.34.4", "registry.example/kube-proxy:v1.34.4"],
        "coredns": ["registry.example/coredns/coredns:v1.12.1"],
        "etcd": ["registry.example/etcd:3.6.5-0"],
        "pause": ["registry.example/pause:3.10"],
        "local-path-provisioner": ["docker.io/kindest/local-path-provisioner:v2"],
        "local-path-helper": ["docker.io/kindest/local-path-helper:v3"],
    }


def test_containerd_configuration_without_a_sandbox_image_is_refused() -> None:
    with pytest.raises(ClusterError, match="sandbox_image"):
        node_image.image_names(_LISTED, "version = 2", _CONSTANTS)


def test_network_plugin_is_only_pretended(tmp_path: Path) -> None:
    constants = tmp_path / "pkg" / "build" / "nodeimage" / "const_cni.go"
    constants.parent.mkdir(parents=True)
    constants.write_text(_CONSTANTS)
    assert node_image.placeholders(tmp_path) == ["docker.io/kindest/kindnetd:v1"]


def test_every_image_has_a_stage_in_the_dockerfile() -> None:
    dockerfile = _NODE / "Dockerfile"
    stages = {line.split(" AS ")[1] for line in dockerfile.read_text().splitlines() if line.startswith("FROM ")}
    assert set(node_image.image_names(_LISTED, _CONTAINERD, _CONSTANTS)) | {"node"} <= stages


def test_network_of_pods_takes_the_mtu_of_the_nodes_link(tmp_path: Path) -> None:
    network, link = tmp_path / "10-podflow.conflist", tmp_path / "mtu"
    network.write_bytes((_NODE / "files/etc/cni/net.d/10-podflow.conflist").read_bytes())
    link.write_text("1400\n")
    for _ in range(2):  # at every boot of the node
        subprocess.run([_NODE / "files/usr/local/bin/set-pod-mtu", link, network], check=True)
    plugins = json.loads(network.read_text())["plugins"]
    assert plugins[0]["mtu"] == 1400
    assert [plugin["type"] for plugin in plugins] == ["ptp", "portmap"]
