"""What every model keeps to, so that the next source looks like the first."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
LAYERS = ("bronze", "silver", "gold")
PREFIXES = {"gold": ("dim_", "fact_", "fct_"), "staging": ("stg_",), "intermediate": ("int_",)}
"""With these, a name needs no source in front."""
PLACE_IN_TOPIC = {"_topic", "_generation", "_partition", "_offset", "_key", "_timestamp"}

Model = dict[str, Any]


def offenders(models: list[Model], keeps_to_it: Callable[[Model], bool]) -> list[str]:
    return [model["original_file_path"] for model in models if not keeps_to_it(model)]


def layer(model: Model) -> str:
    return str(model["fqn"][2])


def step(model: Model) -> str:
    """The folder within the layer, which is a schema of its own; empty for most."""
    return str(model["fqn"][3]) if len(model["fqn"]) > 4 else ""


def test_models_lie_in_a_folder_for_their_source_and_layer(models: list[Model]) -> None:
    assert models
    assert offenders(models, lambda model: layer(model) in LAYERS and len(model["fqn"]) == 4 + bool(step(model))) == []


def test_no_two_sources_share_a_schema(models: list[Model]) -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for model in models:
        owners[model["schema"]].add(".".join(model["fqn"][1:-1]))
    assert {schema: folders for schema, folders in owners.items() if len(folders) > 1} == {}


def test_names_begin_with_their_source_or_say_what_they_are(models: list[Model]) -> None:
    def named(model: Model) -> bool:
        prefix = "stg_" if layer(model) == "bronze" else ""
        whole = PREFIXES.get(step(model) or layer(model), ())
        return str(model["name"]).startswith((f"{prefix}{model['fqn'][1]}__", *whole))

    assert offenders(models, named) == []


def test_every_model_is_described_in_a_file_of_its_own_name_beside_it(models: list[Model]) -> None:
    def described(model: Model) -> bool:
        beside = Path(model["original_file_path"]).with_suffix(".yml")
        return bool(model["patch_path"] == f"podflow://{beside}")

    assert offenders(models, described) == []


def test_the_first_sentence_of_a_description_says_what_a_row_is(models: list[Model]) -> None:
    assert offenders(models, lambda model: model["description"].startswith("One row per ")) == []


def test_every_documented_column_says_what_it_holds(models: list[Model]) -> None:
    undocumented = [
        f"{model['name']}.{column['name']}"
        for model in models
        for column in model["columns"].values()
        if not column["description"].endswith(".")
    ]
    assert undocumented == []


def test_every_model_has_a_primary_key_or_a_test_of_its_key(manifest: Model, models: list[Model]) -> None:
    tests: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            name = node["test_metadata"]["name"]
            tests[node["attached_node"]][name].add(str(node.get("column_name")))

    def keyed(model: Model) -> bool:
        own = tests[model["unique_id"]]
        # A primary key that Postgres keeps needs no test.
        kept = model["contract"]["enforced"] and any(each["type"] == "primary_key" for each in model["constraints"])
        return bool(kept or own["unique"] & own["not_null"] or own["unique_combination_of_columns"])

    assert offenders(models, keyed) == []


def test_gold_keeps_an_enforced_contract_with_a_type_for_every_column(models: list[Model]) -> None:
    gold = [model for model in models if layer(model) == "gold"]

    def contracted(model: Model) -> bool:
        typed = all(column["data_type"] for column in model["columns"].values())
        return model["contract"]["enforced"] and typed and model["config"]["materialized"] in {"table", "incremental"}

    assert gold
    assert offenders(gold, contracted) == []


def test_no_gold_column_is_a_floating_point_number(models: list[Model]) -> None:
    types = {column["data_type"] for model in models for column in model["columns"].values()}
    assert types & {"real", "float", "double precision", "float8"} == set()


def test_sources_are_read_in_bronze_alone(models: list[Model]) -> None:
    def reads_models(model: Model) -> bool:
        return not any(parent.startswith("source.") for parent in model["depends_on"]["nodes"])

    assert offenders([model for model in models if layer(model) != "bronze"], reads_models) == []


def test_logic_has_unit_tests(manifest: Model, models: list[Model]) -> None:
    tested = {parent for test in manifest["unit_tests"].values() for parent in test["depends_on"]["nodes"]}
    assert offenders([model for model in models if layer(model) != "bronze"], lambda m: m["unique_id"] in tested) == []


def test_every_source_says_when_it_is_stale(manifest: Model) -> None:
    brought = {name: source for name, source in manifest["sources"].items() if source["source_name"] != "ops"}
    stale = [name for name, source in brought.items() if not source["freshness"]["warn_after"]["count"]]
    assert stale == []


def test_staging_reads_the_columns_that_the_catalogue_declares(models: list[Model]) -> None:
    for model in models:
        if layer(model) != "bronze":
            continue
        source, dataset = model["fqn"][1], model["name"].partition("__")[2]
        catalogue = yaml.safe_load((ROOT / "dags" / "catalog" / f"{source}.yml").read_text())
        declaration = catalogue["datasets"][dataset]
        declared = {column["name"] for column in declaration["columns"]}
        if declaration["from"]["type"] == "kafka":
            declared |= PLACE_IN_TOPIC
        assert set(model["columns"]) == declared | {"load_timestamp"}
