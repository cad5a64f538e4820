"""The catalogue of datasets (dags/catalog/*.yml), as far as a DAG needs it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CATALOGUE = Path(__file__).parents[1] / "catalog"


class UnknownDatasetError(LookupError):
    """A DAG names a dataset that the catalogue does not declare."""


def datasets(source: str, catalogue: Path = CATALOGUE) -> list[str]:
    """Return the names of a source's datasets, in the order of the file.

    Raises:
        UnknownDatasetError: there is no such file; the message names it.
    """
    return list(_content(source, catalogue)["datasets"])


def declaration(source: str, dataset: str, catalogue: Path = CATALOGUE) -> str:
    """Return one dataset's declaration as the JSON text that the commands of the ingest image take.

    The content is checked where it is used, by podflow_ingest.declaration (and by tests/dags beforehand).

    Raises:
        UnknownDatasetError: there is no such file or no such dataset in it; the message names the file.
    """
    content = _content(source, catalogue)
    try:
        body = content["datasets"][dataset]
    except KeyError:
        raise UnknownDatasetError(f"{catalogue / source}.yml: declares no dataset {dataset!r}") from None
    named = {"source": content["source"], "connection": content["connection"], "name": dataset}
    return json.dumps({**named, **body}, separators=(",", ":"))


# A DAG file asks for each dataset of a source, and every task's process parses its DAG file anew: read once, and by
# libyaml, the largest catalogue takes 10 ms of that instead of half a second.
@cache
def _content(source: str, catalogue: Path) -> dict[str, Any]:
    file = catalogue / f"{source}.yml"
    if not file.exists():
        raise UnknownDatasetError(f"source {source!r}: there is no {file}")
    content: dict[str, Any] = yaml.load(file.read_text(), yaml.CSafeLoader)
    return content
