"""Mode full and replay where chunks are staged: an API's answers, from the commands of its pods to bronze and back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import obstore
import pytest

from podflow_ingest import deliveries, objects
from podflow_ingest.cli import application
from podflow_ingest.errors import SourceError
from podflow_ingest.http import extract
from podflow_ingest.settings import Settings
from podflow_ingest.stage.naming import loadable
from tests.integration.ingest.conftest import Pipeline
from tests.unit.ingest.http.api_server import Answer, Request, serving

PRODUCTS: dict[str, Any] = {
    "source": "shop",
    "connection": "shop_api",
    "name": "products",
    "description": "What the shop sells",
    "from": {
        "type": "http",
        "path": "v1/products",
        "records": "data",
        "pagination": {"type": "page"},
        "fields": {"price": "price.amount"},
        "attempts": 1,
    },
    "mode": "full",
    "key": ["id"],
    "columns": [
        {"name": "id", "type": "integer", "nullable": False},
        {"name": "price", "type": "numeric(8,2)"},
    ],
}
LIVE = "SELECT id FROM bronze_shop.products WHERE _deleted_at IS NULL ORDER BY id"
CONTENT = "SELECT id, price::text, _deleted_at IS NULL FROM bronze_shop.products ORDER BY id"
QUARANTINE = "SELECT line, raw, reason, chunk FROM ops.quarantine ORDER BY chunk, line"
CHUNK_SIZE = 16 * 1024
BULK = "x" * (6 * 1024)
"""Three pages with it are a chunk of their own."""


def product(number: Any, price: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"id": number, "price": {"amount": price}, **more}


@dataclass
class Shop:
    """An API with one product a page; a page that is None fails."""

    pages: list[dict[str, Any] | None] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        number = int(request.params["page"])
        if number > len(self.pages):
            return Answer(b'{"data": []}')
        record = self.pages[number - 1]
        return Answer(status=500) if record is None else Answer(json.dumps({"data": [record]}).encode())


@dataclass(frozen=True)
class Pods:
    """Runs the commands of the dataset's pods, as a DAG does."""

    shop: Shop
    pipeline: Pipeline
    result: Path

    def ingest(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run a command on the dataset, in this process; return its exit code and its result."""
        told = [arguments[0], self.pipeline.dataset.model_dump_json(), *arguments[1:]]
        self.result.write_bytes(b"")
        code = application(told)(told, obj=Settings.read(), standalone_mode=False)
        return code or 0, json.loads(self.result.read_text() or "{}")

    def extract(self, *pages: dict[str, Any] | None, date: str = "2026-11-20") -> list[str]:
        """Let the API have these products and extract them; return the chunks."""
        self.shop.pages = list(pages)
        code, result = self.ingest("extract", "--date", date)
        assert code == 0
        return list(result["chunks"])

    def stage(self, *chunks: str) -> list[str]:
        """Stage raw chunks; return the names of the staged ones."""
        code, result = self.ingest("stage", *chunks)
        assert code == 0
        return list(result["chunks"])

    def deliver(self, *pages: dict[str, Any], date: str = "2026-11-20") -> None:
        """Extract, stage and load."""
        for chunk in self.stage(*self.extract(*pages, date=date)):
            assert self.ingest("load", chunk)[0] == 0


@pytest.fixture
def result_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "termination-log"
    path.touch()
    monkeypatch.setenv("PODFLOW_RESULT_FILE", str(path))
    return path


@pytest.fixture
def pods(
    pipeline_of: Callable[[dict[str, Any]], Pipeline], result_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pods]:
    monkeypatch.setattr(extract, "CHUNK_SIZE", CHUNK_SIZE)
    shop = Shop()
    with serving(shop) as server:
        monkeypatch.setenv("CONNECTIONS__SHOP_API", server.url)
        yield Pods(shop, pipeline_of(PRODUCTS), result_file)


def test_what_an_api_has_no_more_is_marked_once_all_of_its_chunks_are_loaded(pods: Pods) -> None:
    pods.deliver(*map(product, range(1, 7)))
    assert pods.pipeline.query(LIVE) == [(number,) for number in range(1, 7)]
    raw = pods.extract(*(product(number, 2, bulk=BULK) for number in (1, 2, 3, 5)))
    first, second = pods.stage(*raw)
    # The chunk with 1, 2 and 3 comes last; until then nothing is missing.
    assert pods.ingest("load", second)[0] == 0
    assert pods.pipeline.query(LIVE) == [(number,) for number in range(1, 7)]
    assert pods.ingest("load", first)[0] == 0
    assert pods.pipeline.query(LIVE) == [(1,), (2,), (3,), (5,)]
    assert pods.pipeline.query("SELECT vanished FROM ops.delivery ORDER BY delivered_at") == [(0,), (2,)]


def test_every_raw_chunk_of_a_delivery_has_its_staged_one(pods: Pods) -> None:
    raw = pods.extract(*(product(number, bulk=BULK) for number in (1, 2, 3, 4)))
    staged = pods.stage(*raw)
    (delivery,) = deliveries.recorded(pods.pipeline.root, pods.pipeline.dataset)
    assert len(raw) == 2
    assert delivery.chunks == tuple(raw)
    assert [loadable(pods.pipeline.dataset, chunk) for chunk in raw] == staged
    assert delivery.stems == set(map(deliveries.stem, staged))
    assert deliveries.latest(pods.pipeline.root, pods.pipeline.dataset, staged[1]) == delivery


def test_a_run_of_which_a_page_failed_is_no_delivery_and_nothing_vanishes(pods: Pods) -> None:
    pods.deliver(product(1), product(2), product(3))
    landed = objects.names(pods.pipeline.root, "raw")
    pods.shop.pages = [product(1), None, product(3)]
    with pytest.raises(SourceError, match="500 Internal Server Error; tried 1 times, nothing was written"):
        pods.ingest("extract", "--date", "2026-11-20")
    assert objects.names(pods.pipeline.root, "raw") == landed
    assert pods.pipeline.query(LIVE) == [(1,), (2,), (3,)]


def test_an_api_without_a_record_does_not_empty_the_table(pods: Pods) -> None:
    pods.deliver(product(1), product(2))
    pods.shop.pages = []
    assert pods.ingest("extract", "--date", "2026-11-20")[0] == 99
    assert pods.pipeline.query(LIVE) == [(1,), (2,)]


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_a_replay_stages_anew_from_the_raw_layer_and_ends_with_the_same_table(
    pods: Pods, pipeline_of: Callable[[dict[str, Any]], Pipeline], warehouse: Any, mode: str
) -> None:
    declared = {**PRODUCTS, "mode": mode, "key": [] if mode == "append" else ["id"]}
    pods = Pods(pods.shop, pipeline_of(declared), pods.result)
    pods.deliver(product(1), product(2), product("x"), product(4, "much"))
    pods.deliver(product(1, 9), product(3), product(5), date="2026-11-21")
    pods.deliver(product(1), product(3, 7), date="2026-11-19")
    # The first answer once more: its chunk is there already, but it is the newest delivery.
    pods.deliver(product(1, 9), product(3), product(5), date="2026-11-21")
    content = CONTENT if mode == "full" else CONTENT.replace("_deleted_at IS NULL", "true")
    table, quarantine = pods.pipeline.query(content), pods.pipeline.query(QUARANTINE)
    assert len(quarantine) == 2
    store = pods.pipeline.root.store
    obstore.delete(store, objects.names(pods.pipeline.root, "stage"))
    with warehouse.connect() as owner:
        owner.execute("DROP SCHEMA bronze_shop CASCADE")
    code, result = pods.ingest("replay", "--all")
    assert (code, result["deliveries"], result["read"]) == (0, 4, 12)
    assert sorted(pods.pipeline.query(content)) == sorted(table)
    assert pods.pipeline.query(QUARANTINE) == quarantine
    # And into the table that is there now, with the stage layer that is there now: nothing is written.
    before = pods.pipeline.query("SELECT * FROM bronze_shop.products ORDER BY id, _load_id")
    code, result = pods.ingest("replay", "--all")
    assert (code, result["inserted"]) == (0, 0)
    if mode != "upsert":
        assert pods.pipeline.query("SELECT * FROM bronze_shop.products ORDER BY id, _load_id") == before
    assert sorted(pods.pipeline.query(content)) == sorted(table)


def test_a_replay_stages_by_the_declaration_of_today(
    pods: Pods, pipeline_of: Callable[[dict[str, Any]], Pipeline]
) -> None:
    pods.deliver(product(1, name="one"), product(2, "much", name="two"))
    columns = [*PRODUCTS["columns"], {"name": "name", "type": "text"}]
    wider = Pods(pods.shop, pipeline_of({**PRODUCTS, "columns": columns}), pods.result)
    code, result = wider.ingest("replay", "--date", "2026-11-20")
    assert (code, result["updated"], result["rejected"]) == (0, 1, 1)
    assert wider.pipeline.query("SELECT id, name FROM bronze_shop.products") == [(1, "one")]
