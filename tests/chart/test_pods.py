"""What holds for every pod: Pod Security `restricted`, resources, probes, and tokens only where pods are launched."""

from tests.chart.rendering import Rendered, render

ACCOUNTS = {
    "StatefulSet/podflow-airflow-scheduler": "podflow-airflow",
    "Deployment/podflow-airflow-triggerer": "podflow-airflow",
    "CronJob/podflow-task-cleanup": "podflow-task-cleanup",
}
"""The pods that talk to Kubernetes, with their service accounts."""


def test_pods_are_restricted(kind: Rendered) -> None:
    for name, pod in kind.pods():
        context = pod["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True, name
        assert context["runAsUser"] > 0, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod["spec"].keys(), name


def test_containers_are_restricted(kind: Rendered) -> None:
    for name, container in kind.containers():
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False, name
        assert context["capabilities"] == {"drop": ["ALL"]}, name


def test_only_airflow_writes_to_its_root_file_system(kind: Rendered) -> None:
    for name, container in kind.containers():
        writable = not container["securityContext"]["readOnlyRootFilesystem"]
        assert writable == (container.get("command", [""])[0] == "airflow"), name


def test_only_volumes_that_restricted_allows(kind: Rendered) -> None:
    for name, pod in kind.pods():
        for volume in pod["spec"].get("volumes", []):
            assert volume.keys() - {"name"} <= {"configMap", "emptyDir", "secret", "persistentVolumeClaim"}, name


def test_a_token_only_where_pods_are_launched_or_removed(kind: Rendered) -> None:
    with_token = {name for name, pod in kind.pods() if pod["spec"]["automountServiceAccountToken"]}
    assert with_token == ACCOUNTS.keys()


def test_rights_only_where_pods_are_launched_or_removed(kind: Rendered) -> None:
    accounts = {name: pod["spec"].get("serviceAccountName") for name, pod in kind.pods()}
    assert {name: account for name, account in accounts.items() if account} == ACCOUNTS
    bindings = {binding["roleRef"]["name"]: binding["subjects"] for binding in kind.of_kind("RoleBinding")}
    assert {role: [subject["name"] for subject in subjects] for role, subjects in bindings.items()} == {
        "podflow-airflow": ["podflow-airflow"],
        "podflow-task-cleanup": ["podflow-task-cleanup"],
    }
    assert not kind.of_kind("ClusterRole")


def test_each_role_is_what_its_work_takes(kind: Rendered) -> None:
    assert rights(kind, "podflow-airflow") == {
        "pods": {"create", "get", "list", "watch", "patch", "delete"},
        "pods/log": {"get"},
        "events": {"get", "list", "watch"},
    }
    assert rights(kind, "podflow-task-cleanup") == {"pods": {"list", "delete"}}


def rights(rendered: Rendered, role: str) -> dict[str, set[str]]:
    rules = rendered.get("Role", role)["rules"]
    return {resource: set(rule["verbs"]) for rule in rules for resource in rule["resources"]}


def test_no_pod_gets_the_addresses_of_services_as_environment(kind: Rendered) -> None:
    assert all(pod["spec"]["enableServiceLinks"] is False for _, pod in kind.pods())


def test_every_container_has_requests_and_a_memory_limit(kind: Rendered) -> None:
    for name, container in kind.containers():
        resources = container["resources"]
        assert resources["requests"].keys() >= {"cpu", "memory"}, name
        assert "memory" in resources["limits"], name


def test_the_platform_leaves_a_core_to_the_tasks(kind: Rendered) -> None:
    # A kind node of 2 cores: Kubernetes' own pods request 0.85 of them.
    requests = [each["resources"]["requests"]["cpu"] for _, pod in kind.servers() for each in pod["spec"]["containers"]]
    assert sum(int(cpu.removesuffix("m")) for cpu in requests) <= 150


def test_every_server_is_probed(kind: Rendered) -> None:
    for name, pod in kind.servers():
        for container in pod["spec"]["containers"]:
            assert "livenessProbe" in container, name
            assert {"startupProbe", "readinessProbe"} & container.keys(), name


def test_no_probe_starts_airflow(kind: Rendered) -> None:
    for name, container in kind.containers():
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            command = container.get(probe, {}).get("exec", {}).get("command", [])
            assert "airflow" not in command, name


def test_scheduling_reaches_every_pod_of_the_platform() -> None:
    rendered = render({"scheduling": {"nodeSelector": {"pool": "data"}, "priorityClassName": "important"}})
    for name, pod in rendered.pods():
        assert pod["spec"]["nodeSelector"] == {"pool": "data"}, name
        assert pod["spec"]["priorityClassName"] == "important", name
