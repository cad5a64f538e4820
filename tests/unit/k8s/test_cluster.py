import json

import pytest

from k8s.cluster import PORTS, Cluster, Node, configuration

_NODE = Node("podflow/node:x", has_own_network=True)


def test_both_clusters_fit_on_one_host() -> None:
    taken = [port for ports in PORTS.values() for port in ports.values()]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("name", PORTS)
def test_node_ports_are_published_on_the_loopback_only(name: str) -> None:
    (node,) = configuration(Cluster(name), _NODE)["nodes"]
    published = {mapping["containerPort"]: mapping["hostPort"] for mapping in node["extraPortMappings"]}
    assert published == PORTS[name]
    assert {mapping["listenAddress"] for mapping in node["extraPortMappings"]} == {"127.0.0.1"}


@pytest.mark.parametrize("has_own_network", [True, False])
def test_kinds_network_is_left_out_only_where_the_node_has_its_own(has_own_network: bool) -> None:
    made = configuration(Cluster("podflow"), Node("n", has_own_network=has_own_network))
    assert made["networking"]["disableDefaultCNI"] is has_own_network


def test_kubelet_runs_on_old_cgroups_and_keeps_images_on_a_full_disk() -> None:
    (node,) = configuration(Cluster("podflow"), _NODE)["nodes"]
    (patch,) = map(json.loads, node["kubeadmConfigPatches"])
    assert patch["kind"] == "KubeletConfiguration"
    assert patch["failCgroupV1"] is False
    assert patch["imageGCHighThresholdPercent"] == 100
    assert set(patch["evictionHard"].values()) == {"0%"}


def test_addresses_are_those_of_the_clusters_ports() -> None:
    addresses = Cluster("podflow-test").addresses()
    assert addresses.airflow == "http://127.0.0.1:18080"
    assert addresses.dbt_docs == "http://127.0.0.1:18081"
    assert addresses.sources == "http://127.0.0.1:18082"
    assert addresses.postgres_port == 25432
    assert addresses.object_store == "http://127.0.0.1:29000"
