"""Names and labels: services find their pods, and long release names still fit."""

import pytest

from tests.chart.rendering import Rendered, render

NAME_LIMIT = 63
CONTROLLER_NAME_LIMIT = 52
"""A StatefulSet's name plus the hash in its pods' controller-revision-hash label must fit a label."""


def matches(selector: dict[str, str], labels: dict[str, str]) -> bool:
    return selector.items() <= labels.items()


def test_every_selector_finds_exactly_one_workload(kind: Rendered) -> None:
    servers = dict(kind.servers())
    selectors = {f"Service/{each['metadata']['name']}": each["spec"]["selector"] for each in kind.of_kind("Service")}
    for each in kind.of_kind("PodDisruptionBudget"):
        selectors[f"PodDisruptionBudget/{each['metadata']['name']}"] = each["spec"]["selector"]["matchLabels"]
    for name, selector in selectors.items():
        found = [server for server, pod in servers.items() if matches(selector, pod["metadata"]["labels"])]
        assert len(found) == 1, f"{name} finds {found}"


def test_workloads_select_their_own_pods(kind: Rendered) -> None:
    for workload in [*kind.of_kind("Deployment"), *kind.of_kind("StatefulSet")]:
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert matches(workload["spec"]["selector"]["matchLabels"], labels), workload["metadata"]["name"]


def test_every_service_port_exists_in_the_pod(kind: Rendered) -> None:
    for service in kind.of_kind("Service"):
        [pod] = [pod for _, pod in kind.servers() if matches(service["spec"]["selector"], pod["metadata"]["labels"])]
        ports = {port["name"] for container in pod["spec"]["containers"] for port in container.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_every_statefulset_has_its_service(kind: Rendered) -> None:
    for workload in kind.of_kind("StatefulSet"):
        assert workload["spec"]["serviceName"] in kind.names("Service")


def test_every_mounted_config_and_referenced_secret_exists(kind: Rendered) -> None:
    for name, pod in kind.pods():
        for volume in pod["spec"].get("volumes", []):
            if "configMap" in volume:
                assert volume["configMap"]["name"] in kind.names("ConfigMap"), name
    for name, container in kind.containers():
        references = [each.get("secretRef") for each in container.get("envFrom", [])]
        references += [each.get("valueFrom", {}).get("secretKeyRef") for each in container.get("env", [])]
        for reference in filter(None, references):
            data = kind.get("Secret", reference["name"])["data"]
            assert reference.get("key", next(iter(data))) in data, f"{name}: {reference}"


def test_names_are_unique(kind: Rendered) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in kind.manifests]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("release", ["a", "a-release-with-a-name-as-long-as-helm-allows-it-now"])
def test_names_fit(release: str) -> None:
    rendered = render({"kafka": {"replicas": 3}}, release=release)
    for manifest in rendered.manifests:
        limit = CONTROLLER_NAME_LIMIT if manifest["kind"] == "StatefulSet" else NAME_LIMIT
        pods = len("-xxxxx") if manifest["kind"] == "Job" else 0
        assert len(manifest["metadata"]["name"]) + pods <= limit, manifest["metadata"]["name"]
        assert all(len(value) <= NAME_LIMIT for value in manifest["metadata"]["labels"].values())


def test_a_release_of_another_name_has_that_name_in_front() -> None:
    rendered = render(release="blue")
    assert all(each["metadata"]["name"].startswith("blue-podflow") for each in rendered.manifests)
