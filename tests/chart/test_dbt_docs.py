"""The docs of dbt: served out of the object store, as the last build left them."""

import pytest

from tests.chart.rendering import Rendered, RenderError, render


def test_the_docs_come_from_the_dbt_image_and_landing(default: Rendered) -> None:
    pod = default.get("Deployment", "podflow-dbt-docs")["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["command"] == ["podflow-dbt-docs", "--target", "pro"]
    assert container["image"] == "podflow/dbt:0.1.0"
    assert [each["secretRef"]["name"] for each in container["envFrom"]] == ["podflow-landing"]
    assert "volumes" not in pod


def test_the_docs_of_the_other_target_can_be_served() -> None:
    [container] = render({"dbtDocs": {"target": "dev"}}).get("Deployment", "podflow-dbt-docs")["spec"]["template"][
        "spec"
    ]["containers"]
    assert container["command"][-1] == "dev"
    with pytest.raises(RenderError, match="/dbtDocs/target"):
        render({"dbtDocs": {"target": "prod"}})


def test_with_a_store_of_ones_own_the_docs_come_from_there(external: Rendered) -> None:
    [container] = external.get("Deployment", "podflow-dbt-docs")["spec"]["template"]["spec"]["containers"]
    assert [each["secretRef"]["name"] for each in container["envFrom"]] == ["podflow-landing", "their-s3"]


def test_the_port_on_the_nodes_is_the_one_that_kind_publishes(kind: Rendered) -> None:
    service = kind.get("Service", "podflow-dbt-docs")["spec"]
    assert (service["type"], service["ports"][0]["nodePort"]) == ("NodePort", 30081)


def test_without_docs_nothing_is_left_of_them() -> None:
    rendered = render({"dbtDocs": {"enabled": False}})
    assert not [each for each in rendered.manifests if each["metadata"]["name"] == "podflow-dbt-docs"]
