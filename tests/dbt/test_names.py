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

STEPS = {
    "transform": {
        "customers",
        "order_items",
        "order_payments",
        "order_reviews",
        "orders",
        "product_categories",
        "products",
        "reviews",
        "sellers",
        "zip_codes",
    },
    "staging": {
        "stg_customers",
        "stg_order_items",
        "stg_order_payments",
        "stg_order_reviews",
        "stg_orders",
        "stg_products",
    },
    "intermediate": {"int_avg_delivery_time", "int_orders_by_state", "int_sales_by_category"},
}


def relations(models: list[dict[str, Any]], source: str = "forex", layer: str = "") -> set[str]:
    return {
        f"{model['schema']}.{model['alias']}"
        for model in models
        if model["fqn"][1] == source and layer in {"", model["fqn"][2]}
    }


def test_in_pro_schemas_are_bare(models: list[dict[str, Any]]) -> None:
    assert relations(models) == PRO


def test_a_folder_within_a_layer_is_a_schema(models: list[dict[str, Any]]) -> None:
    named = {f"{schema}.{table}" for schema, tables in STEPS.items() for table in tables}
    assert relations(models, "olist", "silver") == named
    kinds = {(model["schema"], model["config"]["materialized"]) for model in models if model["schema"] in STEPS}
    assert kinds == {("transform", "table"), ("staging", "view"), ("intermediate", "view")}


def test_in_dev_schemas_have_a_prefix_and_bronze_is_the_same(parse: Callable[[str], dict[str, Any]]) -> None:
    manifest = parse("dev")
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert relations(models) == {f"dev_{name}" for name in PRO}
    assert "dev_transform.orders" in relations(models, "olist")
    assert {source["schema"] for source in manifest["sources"].values() if source["source_name"] == "forex"} == {
        "bronze_forex"
    }
