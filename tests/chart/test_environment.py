"""The environment that an installation is: one value, which every pod of the ingest image gets."""

import pytest

from podflow_dags.settings import TaskSettings
from podflow_ingest.environments import DEFAULTS
from tests.chart.rendering import Rendered, RenderError, render
from tests.chart.test_sink import ORDERS


def of_tasks(rendered: Rendered) -> str:
    return TaskSettings.model_validate_json(
        rendered.get("ConfigMap", "podflow-tasks")["data"]["tasks.json"]
    ).environment


def test_an_installation_is_prod_unless_it_says_otherwise(default: Rendered) -> None:
    assert of_tasks(default) == TaskSettings().environment == "prod"


@pytest.mark.parametrize("environment", DEFAULTS)
def test_tasks_and_sinks_run_in_the_environment_of_the_values(environment: str) -> None:
    rendered = render({"environment": environment, "sink": {"datasets": [ORDERS]}})
    assert of_tasks(rendered) == environment
    sinks = [container for name, container in rendered.containers() if "/podflow-sink-" in name]
    assert [{"name": "PODFLOW_ENVIRONMENT", "value": environment} in sink["env"] for sink in sinks] == [True]


def test_another_environment_is_refused() -> None:
    with pytest.raises(RenderError, match="environment"):
        render({"environment": "production"})
