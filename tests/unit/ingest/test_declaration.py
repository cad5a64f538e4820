import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from podflow_ingest.declaration.dataset import parse_catalogue, parse_dataset
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import DeclarationError

CATALOGUE = Path(__file__).parents[3] / "dags" / "catalog"


FROM: dict[str, Any] = {"type": "file", "location": "items.csv", "format": {"type": "csv"}}


def form(**changes: Any) -> dict[str, Any]:
    """A change of the file's format."""
    return {"from": {**FROM, "format": {**FROM["format"], **changes}}}


def declaration(**changes: Any) -> dict[str, Any]:
    body = {
        "source": "shop",
        "connection": "files",
        "name": "items",
        "description": "",
        "from": FROM,
        "mode": "upsert",
        "key": ["id"],
        "columns": [{"name": "id", "type": "integer", "nullable": False}, {"name": "note", "type": "text"}],
    }
    return {**body, **changes}


@pytest.mark.parametrize("file", sorted(CATALOGUE.glob("*.yml")), ids=lambda file: file.name)
def test_the_catalogue_of_podflow_is_valid(file: Path) -> None:
    assert parse_catalogue(file.name, yaml.safe_load(file.read_text())).source == file.stem


def test_a_declaration_is_read_with_its_defaults() -> None:
    dataset = parse_dataset(json.dumps(declaration()))
    assert dataset.full_name == "shop.items"
    assert dataset.column_names == ["id", "note"]
    assert dataset.landed_format == CsvFormat(type="csv", header=True, delimiter=",", quote='"', encoding="utf-8")
    assert parse_dataset(dataset.model_dump_json()) == dataset


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"name": "Items"}, "name: String should match pattern"),
        ({"mode": "replace"}, "mode: Input should be 'upsert', 'append' or 'full'"),
        (
            {"from": {**FROM, "location": "../items.csv"}},
            "from.file.location: Value error, must be a path below the connection's URL",
        ),
        ({"from": {"type": "ftp"}}, "from: Input tag 'ftp' found using 'type' does not match any of the expected tags"),
        (form(type="xml"), "from.file.format: Input tag 'xml' found using 'type' does not match"),
        (form(delimiter="||"), "from.file.format.csv.delimiter: String should match pattern"),
        (form(delimiter='"'), "delimiter and quote must differ"),
        (form(delimiter="\n"), "from.file.format.csv.delimiter: String should match pattern"),
        ({"freshness": "soon"}, "freshness: String should match pattern"),
        ({"key": ["note"]}, "key: note must be a declared column with `nullable: false`"),
        ({"key": ["nothing"]}, "key: nothing must be a declared column"),
        ({"key": []}, "key: mode upsert needs one"),
        ({"cursor": "nothing"}, "cursor: nothing is not a declared column"),
        ({"columns": [{"name": "id", "type": "money"}]}, "columns.0.type: Value error, unsupported type 'money'"),
        ({"columns": [{"name": "id", "type": "text", "nullable": False}] * 2}, "columns: declared twice: id"),
        (
            {"columns": [{"name": "id", "type": "text", "nullable": False}, {"name": "_load_id", "type": "text"}]},
            "columns: _load_id belongs to the loader",
        ),
    ],
)
def test_a_wrong_declaration_is_refused_with_dataset_and_member(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_dataset(json.dumps(declaration(**changes)))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"dataset {changes.get('name', 'items')}: ")
    assert "\n" not in str(caught.value)


def test_a_wrong_catalogue_is_refused_with_file_and_member() -> None:
    body = {"source": "shop", "connection": "files", "datasets": {"items": {"mode": "upsert"}}}
    with pytest.raises(DeclarationError, match=r"shop\.yml: datasets\.items\.description: Field required"):
        parse_catalogue("shop.yml", body)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"dataset \?: Invalid JSON"):
        parse_dataset("{")
