import json
from pathlib import Path

import pytest

from podflow_dags.catalogue import UnknownDatasetError, datasets, declaration

CATALOGUE = """
source: library
connection: library_files
datasets:
  books: {description: All books, location: books.csv}
  loans: {description: All loans, connection: kafka}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    (tmp_path / "library.yml").write_text(CATALOGUE)
    return tmp_path


def test_a_declaration_is_the_dataset_with_its_place_in_the_catalogue(catalogue: Path) -> None:
    assert json.loads(declaration("library", "books", catalogue)) == {
        "source": "library",
        "connection": "library_files",
        "name": "books",
        "description": "All books",
        "location": "books.csv",
    }


def test_a_dataset_may_come_from_elsewhere_than_its_source(catalogue: Path) -> None:
    assert json.loads(declaration("library", "loans", catalogue))["connection"] == "kafka"


def test_a_sources_datasets_are_in_the_order_of_the_file(catalogue: Path) -> None:
    assert datasets("library", catalogue) == ["books", "loans"]
    with pytest.raises(UnknownDatasetError, match="shop"):
        datasets("shop", catalogue)


@pytest.mark.parametrize(("source", "dataset"), [("shop", "books"), ("library", "readers")])
def test_an_unknown_name_is_refused(catalogue: Path, source: str, dataset: str) -> None:
    with pytest.raises(UnknownDatasetError, match=source):
        declaration(source, dataset, catalogue)
