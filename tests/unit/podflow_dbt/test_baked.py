from pathlib import Path

import pytest

from podflow_dbt.baked import baked_file, read_manifest
from tests.parsed_project import parsed_copy


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its parse for target pro."""
    return parsed_copy(tmp_path_factory.mktemp("image") / "dbt", "pro")


def test_the_parse_in_the_image_is_used_for_its_target(project: Path) -> None:
    manifest = read_manifest(project, "pro", "warehouse")
    assert manifest is not None
    assert "model.podflow.forex__customer_transactions" in manifest.nodes
    assert baked_file(project, "pro").exists()
    assert read_manifest(project, "dev", "warehouse") is None


def test_it_is_for_whatever_the_database_is_called(project: Path) -> None:
    manifest = read_manifest(project, "pro", "analytics")
    assert manifest is not None
    found = [*manifest.nodes.values(), *manifest.sources.values()]
    assert {node.database for node in found} == {"analytics"}
    names = [node.relation_name for node in found if node.relation_name]
    assert len(names) > 50
    assert all(name.startswith('"analytics".') for name in names)
