import datetime
import email.utils
import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_ingest.http import client
from podflow_ingest.http.client import Connection, Patience, open_api
from podflow_ingest.http.pace import Pace, backoff, retry_after
from podflow_ingest.http.request import Request as HttpRequest
from podflow_ingest.http.sequence import framed
from podflow_task.errors import FAILED, FINAL
from tests.unit.ingest.http.api_server import Answer, Request
from tests.unit.ingest.http.conftest import docs, launch

GOOD = docs(launch(1))
HTML = Answer(b"<!DOCTYPE html>\n<html><body>Please log in</body></html>", headers={"Content-Type": "text/html"})
TRUNCATED = Answer(GOOD.body[:-5], promised=len(GOOD.body))
SILENTLY_TRUNCATED = Answer(GOOD.body[:-5])


def in_turn(*answers: Answer) -> Any:
    """Return a function that gives these answers, the last one for ever."""
    following: Iterator[Answer] = iter(answers)
    return lambda _: next(following, answers[-1])


@pytest.mark.parametrize(
    "failure",
    [*(Answer(status=status) for status in (408, 429, 500, 502, 503, 504)), TRUNCATED, SILENTLY_TRUNCATED, HTML],
    ids=lambda answer: f"{answer.status}-{answer.body[:6]!r}-{answer.promised}",
)
def test_what_may_pass_is_tried_again(source_of: Any, failure: Answer) -> None:
    source = source_of(in_turn(failure, failure, GOOD))
    assert source.records(source.run()) == [launch(1)]
    assert len(source.server.requests) == 3
    first, second = source.slept
    assert 0.5 <= first <= 1 <= second <= 2


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (Answer(b"over\nloaded", status=503), "503 Service Unavailable, 'over loaded'"),
        (Answer(status=500), "500 Internal Server Error"),
        (TRUNCATED, "RemoteProtocolError: peer closed connection without sending complete message body"),
        (SILENTLY_TRUNCATED, r"the body is not JSON \(Input data was truncated\)"),
        (HTML, "the body is not JSON .* begins with '<!DOCTYPE html> <html><body>Please log in"),
        (Answer(b'{"docs": [{"id": 1}, nonsense]}'), "the body is not JSON"),
        (Answer(b"\x1f\x8b broken", headers={"Content-Encoding": "gzip"}), "the compressed body cannot be read"),
        (Answer(gzip.compress(GOOD.body)[:-12], headers={"Content-Encoding": "gzip"}), "the body is not JSON"),
    ],
)
def test_what_does_not_pass_ends_the_run_and_nothing_is_written(source_of: Any, failure: Answer, message: str) -> None:
    source = source_of(lambda request: failure if request.params["page"] == "2" else GOOD)
    with pytest.raises(SourceError, match=message) as caught:
        source.run(pagination={"type": "page"}, attempts=3)
    assert str(caught.value).startswith(f"{source.server.url}/v4/launches: ")
    assert "tried 3 times, nothing was written; running again later is safe" in str(caught.value)
    assert caught.value.exit_code == FAILED
    assert source.server.params("page") == ["1", "2", "2", "2"]
    assert source.landed() == {}


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "check `path`, `params` and `body`"),
        (401, "check the connection's header: CONNECTION_HEADERS__SPACE_API__<HEADER>"),
        (403, "do not allow this: CONNECTION_HEADERS__SPACE_API__<HEADER>"),
        (404, "check `path`, and the URL CONNECTIONS__SPACE_API"),
        (405, "the path does not take this `method`"),
        (410, "has withdrawn this path"),
        (418, "this will not pass"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_correct(source_of: Any, status: int, advice: str) -> None:
    source = source_of(lambda _: Answer(b'{"error": "no"}', status=status))
    with pytest.raises(SourceFlawError, match=f"/v4/launches: {status} .*error.*{advice}") as caught:
        source.run()
    assert caught.value.exit_code == FINAL
    assert len(source.server.requests) == 1


def test_a_redirect_is_not_followed_but_named(source_of: Any) -> None:
    source = source_of(lambda _: Answer(status=301, headers={"Location": "https://new.example/v5?key=hunter2"}))
    with pytest.raises(SourceFlawError, match=r"it redirects to https://new\.example/v5: correct") as caught:
        source.run()
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_away_is_tried_again_and_named(source_of: Any) -> None:
    source = source_of(lambda _: GOOD)
    source.server.url = "http://127.0.0.1:1"
    with pytest.raises(SourceError, match=r"^http://127\.0\.0\.1:1/v4/launches: ConnectError: .*; tried 2 times"):
        source.run(attempts=2)


def test_a_server_that_says_nothing_is_given_up_after_the_timeout(source_of: Any) -> None:
    given_up = threading.Event()

    def late(_: Request) -> Answer:
        given_up.wait(60)
        return GOOD

    source = source_of(late)
    with pytest.raises(SourceError, match=r"ReadTimeout.*; tried 2 times"):
        source.run(timeout_seconds=0.2, attempts=2)
    given_up.set()


@pytest.mark.parametrize("status", [429, 503])
def test_the_api_says_how_long_to_wait(source_of: Any, status: int) -> None:
    source = source_of(in_turn(Answer(status=status, headers={"Retry-After": "7"}), GOOD))
    source.run()
    assert source.slept == [7.0]


def test_a_wait_too_long_for_a_pod_is_left_to_airflow(source_of: Any) -> None:
    source = source_of(lambda _: Answer(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(SourceError, match="429 Too Many Requests: the API asks to wait 3600 s") as caught:
        source.run()
    assert (caught.value.exit_code, source.slept) == (FAILED, [])


def test_retry_after_is_a_number_of_seconds_or_a_date() -> None:
    now = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
    later = email.utils.format_datetime(now + datetime.timedelta(seconds=90), usegmt=True)
    assert retry_after("0", now) == 0
    assert retry_after(later, now) == 90
    assert retry_after("Fri, 20 Nov 2026 11:00:00 GMT", now) == 0
    assert [retry_after(text, now) for text in (None, "", "soon", "-1", "1.5", "²")] == [None] * 6


def test_waits_double_up_to_a_minute() -> None:
    assert all(2 <= backoff(3) <= 4 for _ in range(50))
    assert all(30 <= backoff(attempt) <= 60 for attempt in (7, 20))


def test_requests_keep_the_declared_distance() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(0.5, sleep, lambda: now[0])
    for _ in range(3):
        pace.wait()
        now[0] += 0.1
    assert slept == pytest.approx([0.4, 0.4])
    now[0] += 60
    pace.wait()
    assert len(slept) == 2


def test_a_page_beyond_the_limit_is_refused_before_it_fills_the_memory(
    source_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE_LIMIT", 1024 * 1024)
    source = source_of(lambda _: docs(launch(1, note="x" * 2 * 1024 * 1024)))
    with pytest.raises(SourceFlawError, match="a page has more than 1 MiB"):
        source.run()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"items": []}', r"there is nothing at `records: docs`; the body begins with '\{\"items\": \[\]\}'"),
        (b'{"docs": {"a": 1}}', "the records are not a list"),
        (b'"maintenance"', "there is nothing at `records: docs`"),
        (b'[{"id": 1}]', "there is nothing at `records: docs`"),
    ],
)
def test_json_of_another_shape_is_final(source_of: Any, body: bytes, message: str) -> None:
    source = source_of(lambda _: Answer(body))
    with pytest.raises(SourceFlawError, match=message):
        source.run()
    assert len(source.server.requests) == 1


def test_secrets_go_to_the_api_and_nowhere_else(source_of: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def echo(request: Request) -> Answer:
        return Answer(f"{request.headers['x-api-key']} {request.headers['Authorization']}".encode(), status=503)

    source = source_of(echo)
    connection = Connection(
        "space_api", source.server.url.replace("//", "//user:hunter1@") + "/api?key=hunter2", {"x-api-key": "hunter3"}
    )
    with (
        open_api(connection, {"X-Api-Key": "public", "Accept": "text/plain"}, Patience(2, sleep=lambda _: None)) as api,
        pytest.raises(SourceError) as caught,
    ):
        api.ask(HttpRequest(api.url("v4").copy_merge_params({"a": "1"})), lambda body, _: body)
    request = source.server.requests[0]
    assert (request.path, request.params) == ("/api/v4", {"key": "hunter2", "a": "1"})
    assert (request.headers["x-api-key"], request.headers["Accept"]) == ("hunter3", "text/plain")
    assert request.headers["Authorization"].startswith("Basic ")
    shown = str(caught.value) + capsys.readouterr().out + repr(connection)
    assert f"{source.server.url}/api/v4: 503" in shown
    assert not any(secret in shown for secret in ("hunter1", "hunter2", "hunter3"))


def test_a_compressed_answer_lands_as_the_json_that_it_is(source_of: Any) -> None:
    source = source_of(lambda _: Answer(gzip.compress(GOOD.body), headers={"Content-Encoding": "gzip"}))
    (chunk,) = source.run()["chunks"]
    assert source.landed()[f"raw/space/launches/{chunk}"] == b"".join(framed(GOOD.body))
