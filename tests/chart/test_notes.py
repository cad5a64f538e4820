"""What a user reads: the notes after an installation, and the chart's README."""

import re
import shutil

import pytest
import yaml

from tests.chart.rendering import CHART, render

NOTES_AS_CONFIG = """
kind: ConfigMap
metadata: {name: notes}
data:
  notes: {{ include (print .Template.BasePath "/NOTES.txt") . | toJson }}
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The notes, which `helm template` leaves out, by way of a ConfigMap in a copy of the chart."""
    chart = tmp_path_factory.mktemp("notes") / "podflow"
    shutil.copytree(CHART, chart)
    (chart / "templates" / "notes.yaml").write_text(NOTES_AS_CONFIG)
    return str(render(chart=chart).get("ConfigMap", "notes")["data"]["notes"])


def commands(notes: str) -> list[str]:
    return [line.strip() for line in notes.splitlines() if line.startswith("     ")]


def test_the_notes_name_the_next_three_commands(notes: str) -> None:
    first, second, third = commands(notes)[:3]
    assert first == "kubectl --namespace podflow port-forward service/podflow-airflow-api 8080"
    assert second.startswith("kubectl --namespace podflow get secret podflow-airflow-admin")
    assert second.endswith("'{{.data.password | base64decode}}'")
    assert third == "helm test podflow --namespace podflow --logs"


def test_the_notes_show_the_way_to_the_docs(notes: str) -> None:
    assert "kubectl --namespace podflow port-forward service/podflow-dbt-docs 8081:8080" in commands(notes)


def test_the_notes_say_how_to_purge(notes: str) -> None:
    assert "keeps volumes and generated secrets" in notes
    assert commands(notes)[-1].startswith("kubectl --namespace podflow delete pods,persistentvolumeclaims,secrets")


def test_the_notes_show_no_secret(notes: str) -> None:
    assert not re.search(r"[A-Za-z0-9]{32}", notes)


def test_the_readme_describes_every_block_of_values() -> None:
    readme = (CHART / "README.md").read_text()
    for name, value in yaml.safe_load((CHART / "values.yaml").read_text()).items():
        documented = f"| {name}." if isinstance(value, dict) and value else f"| {name} |"
        assert documented in readme, f"{name}: run helm-docs"
