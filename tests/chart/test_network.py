"""NetworkPolicies: everything is refused, then each server's clients are let in."""

from tests.chart.rendering import Manifest, Rendered, render


def policy(rendered: Rendered, component: str) -> Manifest:
    return rendered.get("NetworkPolicy", f"podflow-{component}")


def clients(rendered: Rendered, component: str, port: int) -> set[str] | None:
    """The components that may reach the port; None is everybody."""
    [rule] = [rule for rule in policy(rendered, component)["spec"]["ingress"] if {"port": port} in rule["ports"]]
    if "from" not in rule:
        return None
    return {each["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for each in rule["from"]}


def test_the_default_refuses_everything_to_every_pod(kind: Rendered) -> None:
    default = policy(kind, "default")["spec"]
    assert default["policyTypes"] == ["Ingress"]
    assert "ingress" not in default
    for name, pod in kind.pods():
        assert default["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items(), name


def test_every_service_has_a_port_that_is_let_through(kind: Rendered) -> None:
    for service in kind.of_kind("Service"):
        component = service["spec"]["selector"]["app.kubernetes.io/component"]
        rules = policy(kind, component)["spec"]["ingress"]
        opened = {port["port"] for rule in rules for port in rule["ports"]}
        assert {port["port"] for port in service["spec"]["ports"]} <= opened, component


def test_the_clients_of_each_server(default: Rendered) -> None:
    assert clients(default, "kafka", 9092) == {"kafka-setup", "task", "sink", "test"}
    assert clients(default, "kafka", 9093) == {"kafka"}
    assert clients(default, "kafka", 9094) == {"kafka", "kafka-setup"}
    assert clients(default, "object-store", 9000) == {"task", "dbt-docs", "sources", "sources-fill", "test"}
    assert clients(default, "airflow-scheduler", 8793) == {"airflow-api"}
    assert clients(default, "airflow-api", 8080) is None
    assert clients(default, "dbt-docs", 8080) is None


def test_every_pod_with_a_database_secret_reaches_the_database(default: Rendered) -> None:
    allowed = clients(default, "postgres", 5432)
    assert allowed is not None
    for name, pod in default.pods():
        text = str(pod["spec"]["containers"])
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if "-airflow-database" in text or "-warehouse-" in text:
            assert component in allowed, name


def test_every_pod_with_the_stores_keys_reaches_the_store(default: Rendered, kind: Rendered) -> None:
    allowed = clients(default, "object-store", 9000)
    assert allowed is not None
    for name, pod in kind.pods():
        component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if component != "object-store" and "podflow-landing" in str(pod["spec"]["containers"]):
            assert component in allowed, name


def test_a_port_on_the_nodes_is_open_to_clients_outside(kind: Rendered) -> None:
    assert clients(kind, "postgres", 5432) is None


def test_policies_can_be_left_to_others() -> None:
    assert not render({"networkPolicies": {"enabled": False}}).of_kind("NetworkPolicy")


def test_budgets_never_block_a_drain(kind: Rendered) -> None:
    budgets = kind.of_kind("PodDisruptionBudget")
    assert len(budgets) == 5
    assert all(budget["spec"]["maxUnavailable"] == 1 for budget in budgets)
    assert not render({"podDisruptionBudgets": {"enabled": False}}).of_kind("PodDisruptionBudget")
