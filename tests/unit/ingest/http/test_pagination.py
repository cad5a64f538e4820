import json
from typing import Any

import pytest

from podflow_ingest.errors import SourceError, SourceFlawError
from tests.unit.ingest.http.api_server import Answer, Request
from tests.unit.ingest.http.conftest import docs, launch

EVERY = [launch(number) for number in range(1, 8)]


def by_page(request: Request) -> Answer:
    size, page = int(request.params["limit"]), int(request.params["page"])
    return docs(*EVERY[(page - 1) * size :][:size], total=len(EVERY), pages=-(-len(EVERY) // size))


PAGES = {"type": "page", "size": 3, "size_parameter": "limit"}


def test_page_numbers_go_on_until_an_empty_page(source_of: Any) -> None:
    source = source_of(by_page)
    found = source.run(pagination=PAGES)
    assert source.records(found) == EVERY
    assert (found["rows"], found["dataset"]) == (7, "space.launches")
    assert source.server.params("page") == ["1", "2", "3", "4"]
    assert {request.path for request in source.server.requests} == {"/v4/launches"}


@pytest.mark.parametrize("end", [{"total": "total"}, {"pages": "pages"}])
def test_a_declared_total_saves_the_request_for_an_empty_page(source_of: Any, end: dict[str, str]) -> None:
    source = source_of(by_page)
    assert source.records(source.run(pagination={**PAGES, **end})) == EVERY
    assert source.server.params("page") == ["1", "2", "3"]


def test_pages_may_begin_at_zero(source_of: Any) -> None:
    source = source_of(lambda request: docs(*EVERY[int(request.params["p"]) * 4 :][:4], pages=2))
    pagination = {"type": "page", "parameter": "p", "first": 0, "pages": "pages"}
    assert source.records(source.run(pagination=pagination)) == EVERY
    assert source.server.params("p") == ["0", "1"]


def test_offsets_follow_what_came_when_the_api_gives_fewer_records_than_asked(source_of: Any) -> None:
    source = source_of(lambda request: docs(*EVERY[int(request.params["offset"]) :][:2]))
    pagination = {"type": "offset", "size": 100, "size_parameter": "limit"}
    assert source.records(source.run(pagination=pagination)) == EVERY
    assert source.server.params("offset") == ["0", "2", "4", "6", "7"]
    assert set(source.server.params("limit")) == {"100"}


def test_a_total_saves_the_last_request_of_offsets_too(source_of: Any) -> None:
    source = source_of(lambda request: docs(*EVERY[int(request.params["offset"]) :][:4], total=str(len(EVERY))))
    assert source.records(source.run(pagination={"type": "offset", "total": "total"})) == EVERY
    assert source.server.params("offset") == ["0", "4"]


def test_fewer_records_than_the_total_are_no_delivery(source_of: Any) -> None:
    source = source_of(lambda request: docs(*EVERY[int(request.params["offset"]) :][:4], total=9))
    with pytest.raises(SourceError, match="7 records came, the API says 9: they changed while they were read"):
        source.run(pagination={"type": "offset", "total": "total"})
    assert source.landed() == {}


@pytest.mark.parametrize("end", [{"next": None}, {"next": ""}, {"next": False}, {}])
def test_a_cursor_leads_on_until_a_page_has_none(source_of: Any, end: dict[str, Any]) -> None:
    following: dict[str | None, dict[str, Any]] = {None: {"next": "b=/?"}, "b=/?": {"next": 3}, "3": end}

    def answer(request: Request) -> Answer:
        cursor = request.params.get("after")
        first = [None, "b=/?", "3"].index(cursor) * 3
        return docs(*EVERY[first : first + 3], meta=following[cursor])

    source = source_of(answer)
    found = source.run(pagination={"type": "cursor", "parameter": "after", "next": "meta.next"}, params={"sort": "id"})
    assert source.records(found) == EVERY
    assert source.server.params("after") == [None, "b=/?", "3"]
    assert set(source.server.params("sort")) == {"id"}


def test_an_empty_page_with_a_cursor_is_not_the_end(source_of: Any) -> None:
    answers = [docs(launch(1), next="2"), docs(next="3"), docs(launch(2))]
    source = source_of(lambda request: answers[int(request.params.get("cursor", "1")) - 1])
    assert source.run(pagination={"type": "cursor", "next": "next"})["rows"] == 2


def test_the_link_header_leads_to_the_next_page(source_of: Any) -> None:
    def answer(request: Request) -> Answer:
        first = int(request.params.get("from", "0"))
        link = {"Link": f'<?from={first + 3}>; rel="next", </v4/launches>; rel="first"'} if first < 6 else {}
        return Answer(json.dumps({"docs": EVERY[first : first + 3]}).encode(), headers=link)

    source = source_of(answer)
    assert source.records(source.run(pagination={"type": "link"})) == EVERY
    assert source.server.params("from") == [None, "3", "6"]


def test_a_url_in_the_page_leads_to_the_next_one(source_of: Any) -> None:
    def answer(request: Request) -> Answer:
        first = int(request.params.get("from", "0"))
        following = f"http://{request.headers['Host']}/v4/more?from={first + 4}" if first < 4 else None
        return docs(*EVERY[first : first + 4], links={"next": following})

    source = source_of(answer)
    assert source.records(source.run(pagination={"type": "link", "next": "links.next"})) == EVERY
    assert [request.path for request in source.server.requests] == ["/v4/launches", "/v4/more"]


def test_a_link_to_another_server_is_not_followed(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1), next="http://elsewhere.example/v4?page=2"))
    source.headers["Authorization"] = "Bearer hunter2"
    with pytest.raises(SourceFlawError, match=r"the next page is on another server, http://elsewhere\.example, which"):
        source.run(pagination={"type": "link", "next": "next"})


def test_pages_that_lead_in_a_circle_are_a_flaw(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1), next="same"))
    with pytest.raises(SourceFlawError, match="leads back to a page that was read before, after 2 pages"):
        source.run(pagination={"type": "cursor", "next": "next"})
    assert source.landed() == {}


@pytest.mark.parametrize(
    ("pagination", "message"),
    [
        ({"type": "cursor", "next": "name"}, "`next: name` is no cursor"),
        ({"type": "link", "next": "name"}, "`next: name` is no URL"),
        ({"type": "page", "pages": "count"}, "there is no number at `count`"),
        ({"type": "offset", "total": "name"}, "there is no number at `name`"),
    ],
)
def test_a_page_that_does_not_say_what_is_declared_is_a_flaw(source_of: Any, pagination: Any, message: str) -> None:
    source = source_of(lambda _: docs(launch(1), name={"a": 1}))
    with pytest.raises(SourceFlawError, match=message):
        source.run(pagination=pagination)


def test_a_list_without_an_envelope_and_a_single_object_are_pages_too(source_of: Any) -> None:
    listed = source_of(lambda _: Answer(json.dumps(EVERY).encode()))
    assert listed.run(records=None)["rows"] == 7
    single = source_of(lambda _: Answer(json.dumps(EVERY[0]).encode()))
    assert single.run(records=None)["rows"] == 1


@pytest.mark.parametrize("answer", [docs(), Answer(b'{"docs": null}'), Answer(status=204)])
def test_no_records_are_nothing_to_do(source_of: Any, answer: Answer) -> None:
    source = source_of(lambda _: answer)
    assert source.run() == {"dataset": "space.launches", "rows": 0, "bytes": 0, "chunks": []}
    assert source.landed() == {}
