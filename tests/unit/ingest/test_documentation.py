"""The reference of docs/adding-a-source.md has examples that the engine takes."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from podflow_ingest.declaration.dataset import parse_catalogue
from podflow_ingest.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-source.md").read_text().partition("\n## Reference\n")[2]
EXAMPLES: list[dict[str, Any]] = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
CATALOGUES = [example for example in EXAMPLES if "source" in example]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["source"])
def test_an_example_is_a_valid_catalogue(catalogue: dict[str, Any]) -> None:
    assert parse_catalogue("docs/adding-a-source.md", catalogue).datasets.keys() == catalogue["datasets"].keys()


def test_there_is_an_example_of_each_kind_of_source() -> None:
    kinds = {body["from"]["type"] for catalogue in CATALOGUES for body in catalogue["datasets"].values()}
    assert kinds == {"file", "http", "kafka", "postgres"}


def test_the_examples_secret_has_every_connection_and_its_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    (secret,) = (example for example in EXAMPLES if example.get("kind") == "Secret")
    for name, value in secret["stringData"].items():
        monkeypatch.setenv(name, value)
    settings = Settings.read()
    connections = [catalogue["connection"] for catalogue in CATALOGUES]
    # The broker has a Secret of its own.
    assert [bool(settings.connection(name)) for name in connections if name != "kafka"] == [True] * 4
    assert settings.headers("shop_api") == {"authorization": "Bearer 0123456789", "x-api-key": "abcdef"}
