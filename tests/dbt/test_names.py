"""Where models land in the warehouse."""

from collections.abc import Callable
from typing import Any

PRO = {
    "staging_forex.stg_forex__customer_transactions",
    "silver_forex.customer_transactions",
    "gold_forex.daily_pair_volume",
    "gold_forex.daily_currency_exposure",
    "gold_forex.customer_turnover",
}


def relations(models: list[dict[str, Any]]) -> set[str]:
    return {f"{model['schema']}.{model['alias']}" for model in models if model["fqn"][1] == "forex"}


def test_in_pro_schemas_are_bare(models: list[dict[str, Any]]) -> None:
    assert relations(models) == PRO


def test_in_dev_schemas_have_a_prefix_and_bronze_is_the_same(parse: Callable[[str], dict[str, Any]]) -> None:
    manifest = parse("dev")
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert relations(models) == {f"dev_{name}" for name in PRO}
    assert {source["schema"] for source in manifest["sources"].values() if source["source_name"] == "forex"} == {
        "bronze_forex"
    }
