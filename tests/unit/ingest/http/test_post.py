"""APIs that take a query as the body of a POST, as SpaceX's does."""

import datetime
import json
from typing import Any

import pytest

from podflow_ingest.errors import DeclarationError, SourceError, SourceFlawError
from podflow_ingest.http.request import Request as HttpRequest
from tests.unit.ingest.http.api_server import Answer, Request
from tests.unit.ingest.http.conftest import DAY, docs, launch

NEXT_DAY = DAY + datetime.timedelta(days=1)
EVERY = [launch(number, updated_at=f"2026-11-{number:02}T10:00:00.000Z") for number in range(1, 8)]
QUERY: dict[str, Any] = {
    "method": "POST",
    "path": "v4/launches/query",
    "body": {"query": {"upcoming": False}, "options": {"sort": {"date": "asc"}}},
    "pagination": {
        "type": "page",
        "parameter": "options.page",
        "size": 3,
        "size_parameter": "options.limit",
        "pages": "totalPages",
        "total": "totalDocs",
    },
}
SINCE = {"since": {"parameter": "query.updated_at.$gte", "overlap": "1d"}}


def asked(source: Any) -> list[Any]:
    """Return the bodies of all requests."""
    return [json.loads(request.body) for request in source.server.requests]


def queried(request: Request) -> Answer:
    """Answer as an API does whose only operator is $gte."""
    body = json.loads(request.body)
    since = body["query"].get("updated_at", {}).get("$gte", "")
    found = [each for each in EVERY if each["updated_at"] >= since]
    page, size = body["options"]["page"], body["options"]["limit"]
    return docs(*found[(page - 1) * size :][:size], totalDocs=len(found), totalPages=max(1, -(-len(found) // size)))


def test_the_page_stands_in_the_body_beside_what_is_declared(source_of: Any) -> None:
    source = source_of(queried)
    found = source.run(**QUERY, params={"lang": "en"})
    assert source.records(found) == EVERY
    assert asked(source) == [
        {"query": {"upcoming": False}, "options": {"sort": {"date": "asc"}, "limit": 3, "page": page}}
        for page in (1, 2, 3)
    ]
    for request in source.server.requests:
        assert (request.method, request.path, request.params) == ("POST", "/v4/launches/query", {"lang": "en"})
        assert request.headers["Content-Type"] == "application/json"


def test_a_delta_begins_in_the_body(source_of: Any) -> None:
    source = source_of(queried)
    dataset = source.dataset({**QUERY, **SINCE}, cursor="updated_at")
    assert source.extract(dataset)["rows"] == 7
    assert source.extract(dataset, NEXT_DAY)["rows"] == 2
    first, second = asked(source)[0], asked(source)[-1]
    assert first["query"] == {"upcoming": False}
    assert second["query"] == {"upcoming": False, "updated_at": {"$gte": "2026-11-06T10:00:00.000Z"}}


@pytest.mark.parametrize(("kind", "value"), [("integer", 10), ("numeric(20,2)", 10.25), ("text", "10")])
def test_a_cursor_is_a_number_in_the_body_where_its_column_is_one(source_of: Any, kind: str, value: Any) -> None:
    source = source_of(lambda _: docs(launch(value)))
    columns = [{"name": "id", "type": kind, "nullable": False}]
    since = {"parameter": "query.id.$gte", "initial": "0"}
    dataset = source.dataset({"method": "POST", "since": since}, cursor="id", columns=columns)
    source.extract(dataset)
    source.extract(dataset, NEXT_DAY)
    initial = "0" if kind == "text" else 0
    assert asked(source) == [{"query": {"id": {"$gte": start}}} for start in (initial, value)]
    assert source.server.requests[0].body == json.dumps(asked(source)[0], separators=(",", ":")).encode()


def test_dates_take_the_place_of_placeholders_everywhere_in_the_body(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1)))
    body = {"from": "{date}T00:00Z", "any": [{"day": {"$lt": "{next_date}"}}, 3, None, True]}
    source.run(method="POST", body=body)
    assert asked(source) == [{"from": "2026-11-20T00:00Z", "any": [{"day": {"$lt": "2026-11-21"}}, 3, None, True]}]


def test_offsets_and_cursors_go_into_the_body_too(source_of: Any) -> None:
    by_offset = source_of(lambda request: docs(*EVERY[json.loads(request.body)["skip"] :][:4], total=len(EVERY)))
    by_offset.run(method="POST", pagination={"type": "offset", "parameter": "skip", "total": "total"})
    assert asked(by_offset) == [{"skip": 0}, {"skip": 4}]

    def answer(request: Request) -> Answer:
        after = json.loads(request.body).get("page", {}).get("after", 0)
        return docs(EVERY[after], next=after + 1 if after < 2 else None)

    by_cursor = source_of(answer)
    by_cursor.run(method="POST", pagination={"type": "cursor", "parameter": "page.after", "next": "next"})
    assert asked(by_cursor) == [{}, {"page": {"after": 1}}, {"page": {"after": 2}}]


def test_pages_of_a_post_that_lead_in_a_circle_are_a_flaw(source_of: Any) -> None:
    source = source_of(lambda _: docs(launch(1), next="same"))
    with pytest.raises(SourceFlawError, match="leads back to a page that was read before, after 2 pages"):
        source.run(method="POST", pagination={"type": "cursor", "next": "next"})


def test_a_post_is_repeated_when_its_failure_may_pass(source_of: Any) -> None:
    answers = iter([Answer(status=503), Answer(b"{", promised=9), queried])
    source = source_of(lambda request: given(request) if callable(given := next(answers)) else given)
    assert source.run(**{**QUERY, "pagination": {**QUERY["pagination"], "size": 100}})["rows"] == 7
    assert len({request.body for request in source.server.requests}) == 1
    assert len(source.server.requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_neither_body_nor_headers_follow_a_redirect(source_of: Any, status: int) -> None:
    elsewhere = source_of(queried)
    source = source_of(lambda _: Answer(status=status, headers={"Location": f"{elsewhere.server.url}/v4"}))
    source.headers["Authorization"] = "Bearer hunter2"
    with pytest.raises(SourceFlawError, match="it redirects to"):
        source.run(**QUERY)
    assert elsewhere.server.requests == []
    assert len(source.server.requests) == 1


def test_secrets_of_the_connection_go_along_and_are_not_shown(source_of: Any, capsys: Any) -> None:
    source = source_of(lambda request: Answer(f"no {request.headers['X-Api-Key']}".encode(), status=400))
    source.headers["X-Api-Key"] = "hunter2"
    with pytest.raises(SourceFlawError, match=r"400 Bad Request, 'no \*\*\*'; check `path`, `params` and `body`"):
        source.run(**QUERY, headers={"Content-Type": "application/vnd.api+json"})
    assert source.server.requests[0].headers["Content-Type"] == "application/vnd.api+json"
    assert "hunter2" not in capsys.readouterr().out


def test_records_that_go_while_pages_are_read_are_no_delivery(source_of: Any) -> None:
    source = source_of(
        lambda request: docs(launch(json.loads(request.body)["options"]["page"]), totalDocs=9, totalPages=2)
    )
    with pytest.raises(SourceError, match="2 records came, the API says 9"):
        source.run(**QUERY)
    assert source.landed() == {}


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ({"body": {}}, "`body` goes with `method: POST`"),
        ({"method": "PUT"}, "method: Input should be 'GET' or 'POST'"),
        ({"method": "POST", "pagination": {"type": "link"}}, "links to the next page are followed by GET"),
        (
            {"method": "POST", "body": {"options": 3}, "pagination": {"type": "page", "parameter": "options.page"}},
            "`body` has no place for the parameter options.page: options is no object",
        ),
        (
            {"method": "POST", "body": {"options": {}}, "pagination": {"type": "page", "parameter": "options"}},
            "`body` has no place for the parameter options: options has members of its own",
        ),
        (
            {"method": "POST", "pagination": {"type": "page", "parameter": "page[number]"}},
            r"`body` has no place for the parameter page\[number\]: 'page\[number\]' is not a path",
        ),
        (
            {"method": "POST", "pagination": {"type": "offset", "parameter": "all[0]"}},
            r"for the parameter all\[0\]: \[0\]: only members of objects can be set",
        ),
        (
            {"method": "POST", "since": {"parameter": "a"}, "pagination": {"type": "page", "parameter": "a.b"}},
            "`body` has no place for the parameter a.b: a is no object",
        ),
    ],
)
def test_a_parameter_without_a_place_is_refused_before_anything_is_asked(
    source_of: Any, origin: dict[str, Any], message: str
) -> None:
    source = source_of(queried)
    with pytest.raises(DeclarationError, match=message):
        source.dataset(origin, cursor="updated_at")


def test_a_beginning_that_is_no_number_does_not_go_with_a_cursor_that_is_one(source_of: Any) -> None:
    since = {"parameter": "query.id.$gte", "initial": "2020-01-01"}
    with pytest.raises(DeclarationError, match="`initial` must be a number, as the cursor id is one; '2020-01-01' is"):
        source_of(queried).dataset({"method": "POST", "since": since}, cursor="id")


def test_requests_are_the_same_if_url_and_body_are(source_of: Any) -> None:
    source = source_of(queried)
    one = HttpRequest(source.server.url, {"a": 1})
    assert hash(one) == hash(HttpRequest(source.server.url, {"a": 1}))
    assert len({one, one.asking("a", 2), one.asking("b.c", 1), HttpRequest(source.server.url)}) == 4
    assert one.body == {"a": 1}
