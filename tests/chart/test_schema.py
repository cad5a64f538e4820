"""values.schema.json: a misspelt key is refused, at every level, and the chart's own values pass."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, KIND_VALUES, Manifest, RenderError, helm, render

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
FREE_FORM = {"global", "kwargs", "affinity", "objects", "from"}
"""Shapes that Kubernetes, Airflow or the declarations of datasets own, not the chart."""


def objects(schema: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in the schema, with the name it goes by."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield name, schema
        for key, part in schema.items():
            yield from objects(part, name if key in {"items", "properties", "additionalProperties"} else key)


def test_every_object_of_ours_is_closed() -> None:
    for name, schema in objects(SCHEMA):
        if name not in FREE_FORM:
            assert "additionalProperties" in schema, name
            assert schema["additionalProperties"] is not True, name


def test_every_value_is_in_the_schema() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert values.keys() == SCHEMA["properties"].keys() - {"global"}


@pytest.mark.parametrize(
    "values",
    [
        {"postgress": {}},
        {"kafka": {"replica": 3}},
        {"images": {"ingest": {"tags": "1"}}},
        {"airflow": {"apiServer": {"service": {"port": 80}}}},
        {"tasks": {"presets": {"small": {"request": {}}}}},
    ],
)
def test_an_unknown_key_is_refused(values: Manifest) -> None:
    with pytest.raises(RenderError, match="not allowed"):
        render(values)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"kafka": {"replicas": 2}}, "/kafka/replicas"),
        ({"images": {"pullPolicy": "Sometimes"}}, "/images/pullPolicy"),
        ({"objectStore": {"buckets": ["UPPER"]}}, "/objectStore/buckets/0"),
        ({"objectStore": {"url": "landing"}}, "/objectStore/url"),
        ({"airflow": {"user": 0}}, "/airflow/user"),
        ({"tasks": {"presets": {"tiny": {"requests": {"cpu": "1m"}}}}}, "/tasks/presets/tiny"),
        ({"tasks": {"failedPods": {"schedule": "every day"}}}, "/tasks/failedPods/schedule"),
        ({"connections": {"Forex-Files": "s3://x/y"}}, "/connections"),
    ],
)
def test_a_wrong_value_is_refused_by_its_path(values: Manifest, path: str) -> None:
    with pytest.raises(RenderError, match=path):
        render(values)


@pytest.mark.parametrize("file", [CHART / "values.yaml", KIND_VALUES])
def test_the_chart_is_free_of_lint(file: Any) -> None:
    assert "0 chart(s) failed" in helm("lint", str(CHART), "--strict", values=yaml.safe_load(file.read_text()))
