import datetime
import json
from pathlib import Path

import obstore
import pytest

from podflow_ingest import deliveries, landing, objects
from podflow_ingest.declaration.dataset import Dataset, parse_dataset
from podflow_ingest.deliveries import Delivery
from podflow_ingest.errors import LandingFlawError
from podflow_ingest.objects import Root
from tests.integration.ingest.bronze.prices import DECLARATION


@pytest.fixture
def dataset() -> Dataset:
    return parse_dataset(json.dumps(DECLARATION))


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return objects.open_root(f"file://{tmp_path}")


def test_deliveries_are_read_in_the_order_in_which_they_were_written(root: Root, dataset: Dataset) -> None:
    for chunks in (["dt=2026-11-20/b-0001.csv"], ["dt=2026-11-19/a-0001.csv"], ["dt=2026-11-20/b-0001.csv"]):
        deliveries.write(root, dataset, chunks)
    found = deliveries.recorded(root, dataset)
    assert [each.chunks[0][:13] for each in found] == ["dt=2026-11-20", "dt=2026-11-19", "dt=2026-11-20"]
    assert deliveries.latest(root, dataset, "dt=2026-11-20/b-0001.csv") == found[2]
    assert deliveries.since(found, datetime.date(2026, 11, 19)) == found[1:]
    assert deliveries.since(found, datetime.date(2026, 11, 18)) == []


def test_no_chunks_are_no_delivery(root: Root, dataset: Dataset) -> None:
    deliveries.write(root, dataset, [])
    assert deliveries.recorded(root, dataset) == []


def test_a_chunk_is_the_same_in_every_layer() -> None:
    raw = deliveries.stem("dt=2026-11-20/prices-0123456789ab-0001.json-seq")
    assert raw == deliveries.stem("stage/dt=2026-11-20/prices-0123456789ab-0001.deadbeef.parquet")


@pytest.mark.parametrize("name", ["dt=2026-11-20/x.csv", "stage/dt=2026-11-20/x.parquet"])
def test_a_name_can_be_had_from_a_path(dataset: Dataset, name: str) -> None:
    assert deliveries.name_of(dataset, landing.chunk_path(dataset, name)) == name


def test_a_record_that_is_none_is_named(root: Root, dataset: Dataset) -> None:
    obstore.put(root.store, "raw/shop/prices/dt=2026-11-20/x.delivery.json", b"{}")
    with pytest.raises(LandingFlawError, match=r"x\.delivery\.json: not a delivery: \('at',\): Field required"):
        deliveries.recorded(root, dataset)


def test_times_are_kept_to_the_microsecond() -> None:
    moment = datetime.datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=datetime.UTC)
    kept = Delivery(at=moment, chunks=()).model_dump_json()
    assert Delivery.model_validate_json(kept).at == moment
