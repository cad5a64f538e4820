"""The graph that the UI draws of the assets: what each dataset comes from, and what becomes of it.

Its edges are kept in __snapshots__; after a wanted change, `pytest tests/dags/test_asset_graph.py --snapshot-update`
writes them anew.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import Asset
from airflow.serialization.serialized_objects import DagSerialization
from syrupy.assertion import SnapshotAssertion

from podflow_dags.catalogue import CATALOGUE, datasets

SHIPPED = ("forex", "logistics", "olist", "retail", "spacex")
SOURCES = sorted(file.stem for file in CATALOGUE.glob("*.yml"))

Graph = dict[str, set[str]]


def edges(bag: DagBag) -> Iterator[tuple[str, str]]:
    """Each edge: from an asset to a task that reads it, or to a DAG that it starts; from a task to what it writes."""
    for dag in bag.dags.values():
        for name, task in dag.task_dict.items():
            node = f"{dag.dag_id} {name}"
            yield from ((asset.name, node) for asset in ports(task, "inlets"))
            yield from ((node, asset.name) for asset in ports(task, "outlets"))
        stored = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
        yield from ((asset.name, dag.dag_id) for _, asset in stored.timetable.asset_condition.iter_assets())


def ports(task: Any, side: str) -> list[Asset]:
    return (task.partial_kwargs.get(side) if task.is_mapped else getattr(task, side)) or []


@pytest.fixture(scope="module")
def graph(bag: DagBag) -> Graph:
    made: defaultdict[str, set[str]] = defaultdict(set)
    for begin, end in edges(bag):
        made[begin].add(end)
    return made


def reached_from(graph: Graph, node: str) -> set[str]:
    found: set[str] = set()
    ahead = {node}
    while ahead:
        found |= ahead
        ahead = {end for begin in ahead for end in graph.get(begin, ())} - found
    return found


@pytest.mark.parametrize("source", SHIPPED)
def test_the_graph_of_a_source_is_as_it_is_kept(graph: Graph, source: str, snapshot: SnapshotAssertion) -> None:
    its = re.compile(rf"(source|landing|bronze|silver|gold)_{source}(\..+)?")
    drawn = [
        f"{begin} -> {end}"
        for begin in sorted(graph)
        for end in sorted(graph[begin])
        if its.fullmatch(begin) or its.fullmatch(end)
    ]
    assert "\n".join(drawn) == snapshot


@pytest.mark.parametrize("source", SOURCES)
def test_every_dataset_goes_from_its_source_through_bronze_and_silver_to_gold(graph: Graph, source: str) -> None:
    for dataset in datasets(source):
        reached = reached_from(graph, f"source_{source}.{dataset}")
        assert {f"bronze_{source}.{dataset}", f"silver_{source}", f"gold_{source}"} <= reached, dataset
        assert f"gold_{source}" in reached_from(graph, f"silver_{source}")


@pytest.mark.parametrize("source", SOURCES)
def test_only_a_topic_comes_to_bronze_without_landing(graph: Graph, source: str) -> None:
    declared = yaml.safe_load((CATALOGUE / f"{source}.yml").read_text())["datasets"]
    for dataset, body in declared.items():
        landed = f"landing_{source}.{dataset}" in reached_from(graph, f"source_{source}.{dataset}")
        assert landed == (body["from"]["type"] != "kafka"), dataset
