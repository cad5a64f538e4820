"""Every declaration in dags/catalog is one that the ingest image accepts."""

from pathlib import Path

import pytest
import yaml

from podflow_dags.catalogue import CATALOGUE, declaration
from podflow_ingest.declaration.dataset import parse_catalogue, parse_dataset

FILES = sorted(CATALOGUE.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_valid_and_named_after_its_source(file: Path) -> None:
    assert parse_catalogue(file.name, yaml.safe_load(file.read_text())).source == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_a_dag_passes_is_what_the_pod_understands(file: Path) -> None:
    for name, declared in parse_catalogue(file.name, yaml.safe_load(file.read_text())).datasets.items():
        passed = parse_dataset(declaration(file.stem, name))
        assert passed.full_name == f"{file.stem}.{name}"
        assert passed.model_dump(exclude={"source", "connection", "name"}) == declared.model_dump(
            exclude={"connection"}
        )


def test_a_dag_cannot_have_a_template_in_a_declaration() -> None:
    """Arguments of pods are templates, so braces and percent signs in a description would be evaluated."""
    for file in FILES:
        assert not {"{{", "{%", "{#"} & set(file.read_text().split())
