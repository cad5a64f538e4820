import json
from typing import Any

import pytest

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.formats import ParquetFormat
from podflow_ingest.errors import DeclarationError
from tests.unit.ingest.http.conftest import LAUNCHES


def declared(**origin: Any) -> Any:
    return parse_dataset(json.dumps({**LAUNCHES, "from": {**LAUNCHES["from"], **origin}}))


def test_an_api_is_declared_with_its_defaults() -> None:
    dataset = declared()
    assert dataset.origin.pagination.type == "none"
    assert (dataset.origin.attempts, dataset.origin.timeout_seconds) == (5, 30)
    assert dataset.landed_format == ParquetFormat()
    assert parse_dataset(dataset.model_dump_json()) == dataset


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ({"path": "https://elsewhere.example/v4"}, "must be a path below the connection's URL"),
        ({"path": "v4?key=1"}, "parameters go into `params`"),
        ({"path": "../admin"}, "must be a path below"),
        ({"records": "$.docs[*]"}, "is not a path such as"),
        ({"fields": {"id": "a[].b[].c"}}, r"one `\[\]` at most"),
        ({"fields": {"id": "a[].b", "name": "c[].d"}}, "must go through the same list"),
        ({"pagination": {"type": "pages"}}, "pagination: Input tag 'pages' found using 'type' does not match"),
        ({"pagination": {"type": "cursor"}}, "next: Field required"),
        ({"pagination": {"type": "page", "size": 10}}, "size and size_parameter go together"),
        ({"since": {"parameter": "since", "overlap": "soon"}}, "overlap: String should match pattern"),
        ({"requests_per_second": 0}, "requests_per_second: Input should be greater than 0"),
        ({"attempts": 0}, "attempts: Input should be greater than or equal to 1"),
        ({"secret": "x"}, "secret: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_declaration_is_named(origin: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message) as caught:
        declared(**origin)
    assert str(caught.value).startswith("dataset launches: from.")
