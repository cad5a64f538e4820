"""Renderings that many tests look at, made once."""

import pytest
import yaml

from tests.chart.rendering import KIND_VALUES, Rendered, render


@pytest.fixture(scope="session")
def default() -> Rendered:
    """The chart as it is, without values."""
    return render()


@pytest.fixture(scope="session")
def kind() -> Rendered:
    """The chart on the local cluster: also with the example sources."""
    return render(yaml.safe_load(KIND_VALUES.read_text()))


@pytest.fixture(scope="session")
def external() -> Rendered:
    """The chart with servers of somebody else."""
    roles = {role: f"their-{role}" for role in ("airflow", "ingest", "dbt", "reader")}
    return render(
        {
            "postgres": {"enabled": False},
            "externalDatabase": {"existingSecrets": roles},
            "kafka": {"enabled": False},
            "externalKafka": {
                "bootstrapServers": "kafka.example.com:9093",
                "existingSecrets": {"producer": "their-producer", "sink": "their-sink"},
            },
            "objectStore": {"enabled": False, "url": "s3://their-bucket/podflow", "existingSecret": "their-s3"},
        }
    )
