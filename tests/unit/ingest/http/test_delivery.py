import datetime
import hashlib
import json
import time
from typing import Any

import pytest

from podflow_ingest.errors import DeclarationError, LandingFlawError
from podflow_ingest.http import extract
from podflow_ingest.http.spool import SpooledPage, groups
from podflow_ingest.settings import Settings
from podflow_ingest.stage.naming import loadable
from podflow_task.result import encode
from tests.unit.ingest.http.api_server import Answer, Request
from tests.unit.ingest.http.conftest import DAY, docs, launch

PAGES = {"type": "page"}


NEXT_DAY = DAY + datetime.timedelta(days=1)


def manifests(source: Any) -> dict[str, Any]:
    ending = ".manifest.json"
    return {
        name.removesuffix(ending).removeprefix("raw/space/launches/"): json.loads(content)
        for name, content in sorted(source.landed().items())
        if name.endswith(ending)
    }


def test_pages_land_byte_for_byte_with_a_manifest(source_of: Any) -> None:
    bodies = [b'{"docs":[{"id":1},\n {"id":2}]}\n', b'\xef\xbb\xbf{"docs": [{"id": 3.0}]}', b'{"docs": []}']
    source = source_of(lambda request: Answer(bodies[int(request.params["page"]) - 1]))
    found = source.run(pagination=PAGES)
    content = b"\x1e" + bodies[0] + b"\n\x1e" + bodies[1] + b"\n"
    digest = hashlib.sha256(content).hexdigest()
    (chunk,) = found["chunks"]
    assert chunk == f"dt=2026-11-20/launches-{digest[:12]}-0001.jsonseq"
    assert source.landed()[f"raw/space/launches/{chunk}"] == content
    assert manifests(source)[chunk] == {
        "bytes": len(content),
        "rows": 3,
        "sha256": digest,
        "first_line": 1,
        "source": f"{source.server.url}/v4/launches",
        "delivery": {"id": digest[:12], "number": 1, "chunks": 1},
    }
    assert (found["rows"], found["bytes"]) == (3, len(content))


def test_the_same_pages_again_are_the_same_chunks(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1)))
    first = source.run()
    landed = source.landed()
    assert source.run() == first
    assert source.landed() == landed


def test_a_delivery_is_divided_at_pages(source_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "CHUNK_SIZE", 100)
    bodies = [docs(*(launch(number) for number in range(first, first + 3))) for first in range(0, 15, 3)]
    source = source_of(lambda request: dict(enumerate(bodies, start=1)).get(int(request.params["page"]), docs()))
    found = source.run(pagination=PAGES)
    assert len(found["chunks"]) == 5
    assert [record["id"] for record in source.records(found)] == list(range(15))
    known = manifests(source)
    assert [known[chunk]["delivery"]["number"] for chunk in found["chunks"]] == [1, 2, 3, 4, 5]
    assert {(each["delivery"]["chunks"], each["rows"]) for each in known.values()} == {(5, 3)}


@pytest.mark.parametrize("name", ["launches", "y" * 55])
def test_the_names_of_all_staged_chunks_fit_in_a_result(
    source_of: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(extract, "CHUNK_SIZE", 1)
    source = source_of(lambda request: docs(launch(1)) if int(request.params["page"]) <= 80 else docs())
    dataset = source.dataset({"pagination": PAGES}, name=name)
    found = source.extract(dataset)
    chunks = [loadable(dataset, chunk) for chunk in found["chunks"]]
    assert len(encode({**found, "chunks": chunks})) <= 4096
    assert 80 > len(chunks) > 25
    assert sum(each["delivery"]["number"] for each in manifests(source).values()) == sum(range(len(chunks) + 1))


def test_groups_keep_order_size_and_number() -> None:
    pages = [SpooledPage(start, 10, 1) for start in range(0, 1000, 10)]
    assert [len(group) for group in groups(pages, 30, 64)] == [3] * 33 + [1]
    assert [len(group) for group in groups(pages, 30, 3)] == [34, 34, 32]
    assert [page for group in groups(pages, 1, 7) for page in group] == pages


def test_a_chunk_in_landing_is_never_overwritten(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1)))
    (chunk,) = source.run()["chunks"]
    (source.folder / "raw/space/launches" / chunk).write_bytes(b"something else")
    with pytest.raises(LandingFlawError, match="exists with other content"):
        source.run()


def test_dates_take_the_place_of_placeholders(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1)))
    source.run(path="/v4/{date}/launches", params={"from": "{date}T00:00Z", "to": "{next_date}", "deep": True, "n": 3})
    (request,) = source.server.requests
    assert request.path == "/v4/2026-11-20/launches"
    assert request.params == {"from": "2026-11-20T00:00Z", "to": "2026-11-21", "deep": "true", "n": "3"}


SINCE = {"parameter": "since", "initial": "2000-01-01"}


class Api:
    """Has the launches that were changed since."""

    def __init__(self) -> None:
        self.launches: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Answer:
        since = request.params.get("since", "")
        return docs(*(each for each in self.launches if (each.get("updated_at") or "~") >= since))


def test_a_delta_begins_where_the_newest_delivery_of_an_earlier_day_ended(source_of: Any) -> None:
    api = Api()
    source = source_of(api)
    dataset = source.dataset({"since": SINCE}, cursor="updated_at")
    # By time, not by text: 11:30+02:00 is the earlier one.
    api.launches = [launch(1, updated_at="2026-11-20T10:00:00Z"), launch(2, updated_at="2026-11-20T11:30:00+02:00")]
    assert source.extract(dataset)["rows"] == 2
    api.launches += [
        launch(3, updated_at="2026-11-21T08:00:00Z"),
        launch(4, updated_at=None),
        launch(5, updated_at="?"),
    ]
    assert source.extract(dataset, NEXT_DAY)["rows"] == 5
    api.launches = []
    assert source.extract(dataset, NEXT_DAY + datetime.timedelta(days=1))["rows"] == 0
    # A day without a delivery has no cursor; the one before it has.
    source.extract(dataset, NEXT_DAY + datetime.timedelta(days=2))
    assert source.server.params("since") == ["2000-01-01", "2026-11-20T10:00:00Z"] + ["2026-11-21T08:00:00Z"] * 2


def test_a_run_that_is_repeated_asks_for_the_same_again(source_of: Any) -> None:
    api = Api()
    source = source_of(api)
    dataset = source.dataset({"since": SINCE}, cursor="updated_at")
    api.launches = [launch(1, updated_at="2026-11-20T10:00:00Z")]
    first = source.extract(dataset)
    assert source.extract(dataset) == first
    source.extract(dataset, NEXT_DAY)
    assert source.extract(dataset) == first
    assert source.server.params("since") == ["2000-01-01", "2000-01-01", "2026-11-20T10:00:00Z", "2000-01-01"]


def test_a_run_that_broke_off_between_manifests_is_asked_for_again(
    source_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "CHUNK_SIZE", 1)
    bodies = [docs(launch(number, updated_at=f"2026-11-20T0{number}:00:00Z")) for number in (1, 2)]
    source = source_of(lambda request: dict(enumerate(bodies, start=1)).get(int(request.params["page"]), docs()))
    dataset = source.dataset({"since": SINCE, "pagination": PAGES}, cursor="updated_at")
    first, last = source.extract(dataset)["chunks"]
    (source.folder / f"raw/space/launches/{last}.manifest.json").unlink()
    assert source.extract(dataset, NEXT_DAY)["rows"] == 2
    assert source.extract(dataset)["chunks"] == [first, last]
    assert set(source.server.params("since")) == {"2000-01-01"}


@pytest.mark.parametrize(
    ("overlap", "at", "since"),
    [
        ("90s", "2026-11-20T10:00:00Z", "2026-11-20T09:58:30Z"),
        ("2h", "2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00+02:00"),
        ("1d", "2026-11-20", "2026-11-19"),
    ],
)
def test_an_overlap_goes_back_behind_the_cursor(source_of: Any, overlap: str, at: str, since: str) -> None:
    source = source_of(lambda _: docs(launch(1, updated_at=at)))
    dataset = source.dataset({"since": {**SINCE, "overlap": overlap}}, cursor="updated_at")
    source.extract(dataset)
    source.extract(dataset, NEXT_DAY)
    assert source.server.params("since") == ["2000-01-01", since]


def test_numbers_are_cursors_too(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(9), launch(10)))
    dataset = source.dataset({"since": {"parameter": "after"}}, cursor="id")
    source.extract(dataset)
    source.extract(dataset, NEXT_DAY)
    assert source.server.params("after") == [None, "10"]


def test_an_overlap_needs_a_time(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(9)))
    dataset = source.dataset({"since": {"parameter": "after", "overlap": "1h"}}, cursor="name")
    source.extract(dataset)
    with pytest.raises(DeclarationError, match="`overlap` needs a cursor that is a date or a time, 'launch 9' is none"):
        source.extract(dataset, NEXT_DAY)


def test_the_environment_says_where_and_the_declaration_how_fast(
    source_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(lambda request: docs(launch(1)) if request.params["page"] < "3" else docs())
    monkeypatch.setenv("LANDING_URL", source.folder.as_uri())
    monkeypatch.setenv("CONNECTIONS__SPACE_API", source.server.url)
    monkeypatch.setenv("CONNECTION_HEADERS__SPACE_API__X_API_KEY", "hunter2")
    dataset = source.dataset({"pagination": PAGES, "requests_per_second": 20})
    started = time.monotonic()
    found = extract.extract(dataset, dataset.origin, DAY, Settings.read())
    assert time.monotonic() - started >= 2 / 20
    assert found["rows"] == 2
    assert {request.headers["X-Api-Key"] for request in source.server.requests} == {"hunter2"}
