import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest

from podflow_ingest.bronze import listings
from podflow_ingest.bronze.connection import connect
from podflow_ingest.bronze.ledger import Counts
from podflow_ingest.bronze.repaired import parse
from podflow_ingest.bronze.resubmit import resubmit
from podflow_ingest.commands.extract import extract_dataset
from podflow_ingest.errors import DeclarationError, LandingFlawError
from podflow_ingest.stage.stage import stage
from tests.integration.ingest.conftest import DAY, Pipeline
from tests.unit.ingest.http.api_server import Answer, ApiServer, Request, serving

ORDERS: dict[str, Any] = {
    "source": "shop",
    "connection": "shop_api",
    "name": "order_lines",
    "description": "One line of an order",
    "from": {
        "type": "http",
        "path": "v1/orders",
        "records": "data",
        "pagination": {"type": "cursor", "parameter": "after", "next": "next"},
        "fields": {
            "order_id": "id",
            "line": "lines[#]",
            "sku": "lines[].product.sku",
            "price": "lines[].price",
            "sold_at": "sold_at",
            "extra": "lines[].extra",
        },
    },
    "mode": "upsert",
    "key": ["order_id", "line"],
    "columns": [
        {"name": "order_id", "type": "bigint", "nullable": False},
        {"name": "line", "type": "smallint", "nullable": False},
        {"name": "sku", "type": "char(3)", "nullable": False},
        {"name": "price", "type": "numeric(8,2)"},
        {"name": "sold_at", "type": "timestamptz(3)"},
        {"name": "extra", "type": "jsonb"},
    ],
}
BRONZE = "SELECT order_id, line, sku, price::text, sold_at::text, extra FROM bronze_shop.order_lines ORDER BY 1, 2"
QUARANTINE = "SELECT line, reason, raw FROM ops.quarantine ORDER BY line"


def order(number: int, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "sold_at": "2026-11-20T10:00:00+01:00", "lines": lines}


def line(sku: Any, price: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"product": {"sku": sku}, "price": price, **more}


class Shop:
    """An API with one order a page."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Answer:
        if request.headers["X-Api-Key"] != "hunter2":
            return Answer(b'{"error": "who are you?"}', status=401)
        page = int(request.params.get("after", "0"))
        following = page + 1 if page + 1 < len(self.orders) else None
        return Answer(json.dumps({"data": self.orders[page : page + 1], "next": following}).encode())


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def server(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """The shop's API, and the connection to it in the environment."""
    with serving(shop) as server:
        monkeypatch.setenv("CONNECTIONS__SHOP_API", f"{server.url}/api")
        monkeypatch.setenv("CONNECTION_HEADERS__SHOP_API__X_API_KEY", "hunter2")
        yield server


@pytest.fixture
def order_lines(server: ApiServer, pipeline_of: Callable[[dict[str, Any]], Pipeline]) -> Pipeline:  # noqa: ARG001
    """The pipeline from the shop's orders to bronze."""
    return pipeline_of(ORDERS)


def run(pipeline: Pipeline) -> Counts:
    """Extract, stage and load everything; return the sum of the counts."""
    extracted = extract_dataset(pipeline.dataset, DAY, pipeline.settings)
    staged = [stage(pipeline.dataset, chunk, pipeline.root)[0] for chunk in extracted["chunks"]]
    counts = [pipeline.load(chunk) for chunk in staged]
    return Counts(**{name: sum(getattr(each, name) for each in counts) for name in Counts.__dataclass_fields__})


def ingest(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "podflow_ingest.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": "images/ingest:images/task", **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_nested_records_become_typed_rows_and_a_repetition_changes_nothing(shop: Shop, order_lines: Pipeline) -> None:
    shop.orders = [
        order(1, line("abc", 1.005, extra={"a": ['"', "ü\n,", None]}), line("abd", "2")),
        order(2),
        order(2**62, line("", None)),
    ]
    assert run(order_lines) == Counts(read=3, inserted=3, updated=0, unchanged=0, duplicate=0, rejected=0)
    assert order_lines.query(BRONZE) == [
        (1, 1, "abc", "1.01", "2026-11-20 09:00:00+00", {"a": ['"', "ü\n,", None]}),
        (1, 2, "abd", "2.00", "2026-11-20 09:00:00+00", None),
        (2**62, 1, "   ", None, "2026-11-20 09:00:00+00", None),
    ]
    assert run(order_lines) == Counts(read=3, inserted=0, updated=0, unchanged=3, duplicate=0, rejected=0)
    shop.orders[0]["lines"][1]["price"] = 3
    assert run(order_lines) == Counts(read=3, inserted=0, updated=1, unchanged=2, duplicate=0, rejected=0)


def test_bad_records_are_in_quarantine_with_number_and_reason_and_nothing_is_lost(
    shop: Shop, order_lines: Pipeline
) -> None:
    shop.orders = [
        order(1, line("abc"), line("abcd"), line(None, "much")),
        {"id": 2, "lines": "none"},
        order(3, line("abe"), line("abe", "1e9")),
    ]
    assert run(order_lines) == Counts(read=6, inserted=2, updated=0, unchanged=0, duplicate=0, rejected=4)
    rows = order_lines.query(QUARANTINE)
    assert [row[:2] for row in rows] == [
        (2, "sku: 'abcd' is too long for char(3)"),
        (3, "sku: required, but missing; price: 'much' is no numeric"),
        (4, "lines is no list"),
        (6, "price: '1e9' is out of range for numeric(8,2)"),
    ]
    assert json.loads(rows[2][2]) == shop.orders[1]
    assert run(order_lines) == Counts(read=6, inserted=0, updated=0, unchanged=2, duplicate=0, rejected=4)
    assert order_lines.query(QUARANTINE) == rows


def test_the_three_pods_of_a_run_pass_on_names_only(
    shop: Shop, order_lines: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result_file = tmp_path / "termination-log"
    result_file.touch()
    monkeypatch.setenv("PODFLOW_RESULT_FILE", str(result_file))
    shop.orders = [order(1, line("abc"), line("abcd"))]
    dataset = order_lines.dataset.model_dump_json()
    extracted = ingest("extract", dataset, "--date", "2026-11-20")
    assert (extracted.returncode, extracted.stderr) == (0, "")
    assert "hunter2" not in extracted.stdout
    result = json.loads(result_file.read_text())
    assert (result["dataset"], result["rows"], len(result["chunks"])) == ("shop.order_lines", 1, 1)
    staged = ingest("stage", dataset, *result["chunks"])
    assert (staged.returncode, staged.stderr) == (0, "")
    result = json.loads(result_file.read_text())
    assert (result["rows"], len(result["chunks"])) == (2, 1)
    loaded = ingest("load", dataset, *result["chunks"])
    assert (loaded.returncode, loaded.stderr) == (0, "")
    result = json.loads(result_file.read_text())
    assert (result["read"], result["inserted"], result["rejected"]) == (2, 1, 1)


@pytest.mark.usefixtures("server")
def test_no_records_are_nothing_to_do_and_a_refusal_is_final(order_lines: Pipeline) -> None:
    dataset = order_lines.dataset.model_dump_json()
    assert ingest("extract", dataset, "--date", "2026-11-20").returncode == 99
    refused = ingest("extract", dataset, "--date", "2026-11-20", CONNECTION_HEADERS__SHOP_API__X_API_KEY="hunter3")
    assert refused.returncode == 65
    assert "/api/v1/orders: 401 Unauthorized" in refused.stdout
    assert "CONNECTION_HEADERS__SHOP_API__<HEADER>" in refused.stdout
    away = ingest("extract", dataset, "--date", "2026-11-20", CONNECTIONS__SHOP_API="ftp://example.org")
    assert (away.returncode, "CONNECTIONS__SHOP_API is not an http:// or https:// URL" in away.stdout) == (65, True)
    assert "hunter" not in refused.stdout + refused.stderr + away.stdout + away.stderr


def test_a_staged_chunk_that_was_changed_or_does_not_fit_is_refused_and_nothing_is_loaded(
    shop: Shop, order_lines: Pipeline, pipeline_of: Callable[[dict[str, Any]], Pipeline]
) -> None:
    shop.orders = [order(1, line("abc"))]
    (raw,) = extract_dataset(order_lines.dataset, DAY, order_lines.settings)["chunks"]
    chunk, _ = stage(order_lines.dataset, raw, order_lines.root)
    columns = [{**column, "type": "date"} if column["name"] == "price" else column for column in ORDERS["columns"]]
    dated = pipeline_of({**ORDERS, "name": "order_lines", "columns": columns})
    with pytest.raises(LandingFlawError, match=r"column 'price' is declared date, the file has decimal128.*extract"):
        dated.load(chunk)
    path = f"stage/shop/order_lines/{chunk.removeprefix('stage/')}"
    content = bytes(obstore.get(order_lines.root.store, path).bytes())
    obstore.put(order_lines.root.store, path, content[:-1] + b"x")
    with pytest.raises(LandingFlawError, match="was changed after extract; nothing was loaded"):
        dated.load(chunk)
    assert order_lines.query("SELECT to_regclass('ops.load'), to_regclass('bronze_shop.order_lines')") == [(None, None)]


def test_records_of_an_api_are_not_repaired_by_hand(shop: Shop, order_lines: Pipeline) -> None:
    shop.orders = [order(1, line("abcd"))]
    run(order_lines)
    with connect(order_lines.settings) as connection:
        rows = parse(json.dumps(row, default=str) for row in listings.quarantined(connection, 1))
        with pytest.raises(
            DeclarationError, match=r"cannot be resubmitted\. Correct the declaration and run `ingest replay`"
        ):
            resubmit(connection, order_lines.dataset, rows, order_lines.root, order_lines.settings)
    assert len(order_lines.query(QUARANTINE)) == 1
