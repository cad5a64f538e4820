"""`sources serve` as its pod runs it, asked over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.declaration.http_origin import HttpOrigin
from podflow_ingest.http.extract import extract
from podflow_ingest.settings import Settings
from podflow_sources.api import SHIPPED_SEED
from podflow_sources.retail.sales import sales

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 20)
BY_PAGE = {"type": "page", "size": 100, "size_parameter": "page_size", "total": "total"}
SALES = {"type": "http", "path": "sales", "params": {"date": "{date}"}, "pagination": BY_PAGE, "records": "items"}
LAUNCHES = {"type": "http", "path": "v4/launches", "fields": {"patch": "links.patch.small"}}


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    """A client of the running service."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = f"{ROOT}/images/sources:{ROOT}/images/task:{ROOT}/producers"
    command = [sys.executable, "-m", "podflow_sources.cli", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 143


def every_page(api: httpx.Client, path: str, **asked: Any) -> list[dict[str, Any]]:
    first = api.get(path, params=asked).json()
    rest = [api.get(path, params={**asked, "page": page}).json() for page in range(2, first["pages"] + 1)]
    records = [record for page in (first, *rest) for record in page["items"]]
    assert len(records) == first["total"]
    return records


def test_the_pages_of_a_day_are_its_sales(api: httpx.Client) -> None:
    lines = every_page(api, "/sales", date="2026-11-20", page_size=50)
    made = sales(SHIPPED_SEED, DAY)
    assert lines == [json.loads(line.model_dump_json()) for line in made]
    assert api.get("/sales", params={"date": "2026-11-20", "page": 999}).json()["items"] == []


@pytest.mark.parametrize("path", ["/customers", "/products"])
def test_dimensions_are_those_of_the_day_or_of_today(api: httpx.Client, path: str) -> None:
    before, after = (every_page(api, path, date=day, page_size=1000) for day in ("2026-10-01", "2026-11-20"))
    assert before != after
    assert before == every_page(api, path, date="2026-10-01", page_size=130)
    assert api.get(path).json()["date"] == datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize("asked", ["", "date=yesterday", "date=2035-01-01", "date=2026-11-20&page=0"])
def test_a_wrong_question_is_answered_with_the_parameter(api: httpx.Client, asked: str) -> None:
    answer = api.get(f"/sales?{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "query"


def test_launches_are_one_list_and_single_documents(api: httpx.Client) -> None:
    launches = api.get("/v4/launches").json()
    assert len(launches) == 205
    assert api.get(f"/v4/rockets/{launches[0]['rocket']}").json()["name"] == "Falcon 1"
    assert api.get("/v4/payloads/000").status_code == 404


def test_a_query_is_answered_in_pages(api: httpx.Client) -> None:
    asked = {"query": {"date_utc": {"$gte": "2022-01-01"}}, "options": {"limit": 5, "sort": {"date_utc": 1}}}
    page = api.post("/v4/launches/query", json=asked).json()
    assert (len(page["docs"]), page["docs"][0]["date_utc"][:7], page["hasNextPage"]) == (5, "2022-01", True)
    refused = api.post("/v4/launches/query", json={"query": {"name": {"$regex": "x"}}})
    assert (refused.status_code, "$regex" in refused.json()["detail"]) == (400, True)
    assert api.post("/v4/launches/query", json={"options": {"populate": ["rocket"]}}).status_code == 422


def test_the_openapi_page_describes_both_apis(api: httpx.Client) -> None:
    assert api.get("/docs").status_code == 200
    paths = api.get("/openapi.json").json()["paths"]
    assert {
        "/customers",
        "/products",
        "/sales",
        "/v4/launches",
        "/v4/launches/query",
        "/v4/payloads/{id}",
    } <= paths.keys()
    assert "/health" not in paths
    assert api.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(("origin", "rows"), [(SALES, len(sales(SHIPPED_SEED, DAY))), (LAUNCHES, 205)])
def test_the_engine_reads_them(api: httpx.Client, origin: dict[str, Any], rows: int, tmp_path: Path) -> None:
    column = {"name": next(iter(origin.get("fields", {"sale_id": ""}))), "type": "text"}
    declared = {"source": "s", "connection": "api", "name": "d", "description": "", "from": origin, "mode": "append"}
    dataset = parse_dataset(json.dumps({**declared, "columns": [column]}))
    assert isinstance(dataset.origin, HttpOrigin)
    settings = Settings(landing_url=tmp_path.as_uri(), connections={"api": str(api.base_url)})
    assert extract(dataset, dataset.origin, DAY, settings)["rows"] == rows
