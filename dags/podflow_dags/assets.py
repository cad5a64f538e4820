"""The assets that tasks read and write, and schedules wait for: the nodes of the UI's asset graph.

A dataset has one at its origin, in landing and in bronze; what dbt builds of a source has one a layer. The edges of the
graph are what tasks name in `inlets` and `outlets`: `**to_landing(...)` and the functions after it say both.
"""

from typing import TypedDict

from airflow.sdk import Asset

from podflow_dags.catalogue import datasets


class Edges(TypedDict):
    """Arguments of a task: the assets that it reads and those that it writes."""

    inlets: list[Asset]
    outlets: list[Asset]


def origin(source: str, dataset: str) -> Asset:
    """Return the asset of a dataset where it comes from, as in source_forex.customer_transactions."""
    return _asset("source", f"source_{source}", dataset)


def landing(source: str, dataset: str) -> Asset:
    """Return the asset of a dataset's objects in landing, as in landing_forex.customer_transactions."""
    return _asset("landing", f"landing_{source}", dataset)


def bronze(source: str, dataset: str) -> Asset:
    """Return the asset of a table in bronze, as in bronze_forex.customer_transactions."""
    return _asset("warehouse", f"bronze_{source}", dataset)


def silver(source: str) -> Asset:
    """Return the asset of all tables that dbt builds for a source in silver, as in silver_logistics."""
    return _asset("warehouse", f"silver_{source}")


def gold(source: str) -> Asset:
    """Return the asset of all tables that dbt builds for a source in gold, as in gold_forex."""
    return _asset("warehouse", f"gold_{source}")


def to_landing(source: str, dataset: str) -> Edges:
    """Return the edges of a task that brings a dataset from its origin to landing."""
    return {"inlets": [origin(source, dataset)], "outlets": [landing(source, dataset)]}


def to_bronze(source: str, dataset: str) -> Edges:
    """Return the edges of a task that brings a dataset from landing to bronze."""
    return {"inlets": [landing(source, dataset)], "outlets": [bronze(source, dataset)]}


def topic_to_bronze(source: str, dataset: str) -> Edges:
    """Return the edges of a task that drains a dataset's topic, which has no landing."""
    return {"inlets": [origin(source, dataset)], "outlets": [bronze(source, dataset)]}


def to_silver(source: str) -> Edges:
    """Return the edges of a dbt task that builds silver from all that the catalogue declares of a source."""
    return {"inlets": [bronze(source, dataset) for dataset in datasets(source)], "outlets": [silver(source)]}


def to_gold(source: str) -> Edges:
    """Return the edges of a dbt task that builds gold from silver."""
    return {"inlets": [silver(source)], "outlets": [gold(source)]}


def _asset(place: str, *path: str) -> Asset:
    # Schemes that begin with x- belong to nobody: Airflow leaves the URI as it is.
    return Asset(name=".".join(path), uri=f"x-podflow://{place}/{'/'.join(path)}")
