"""The server of the docs over real HTTP, with a folder as the store; tests/integration/dbt has it on S3."""

import http.client
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podflow_dbt.docs_server import DocsServer
from podflow_dbt.kept_docs import KeptDocs

Answer = tuple[int, dict[str, str], bytes]
Ask = Callable[..., Answer]


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@contextmanager
def serving(url: str) -> Iterator[Ask]:
    """Yield a function that asks the running server, all on one connection, and returns the answer."""
    with DocsServer(("127.0.0.1", 0), KeptDocs(url, "pro")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)

        def request(path: str = "/", method: str = "GET", **headers: str) -> Answer:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

        yield request
        connection.close()
        server.shutdown()


@pytest.fixture
def ask(landing: Path) -> Iterator[Ask]:
    with serving(f"file://{landing}") as request:
        yield request


def build(landing: Path, content: bytes) -> Path:
    page = landing / "dbt-docs" / "pro" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(content)
    return page


def test_before_the_first_build_the_page_says_so(ask: Ask, landing: Path) -> None:
    status, headers, content = ask()
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"No docs yet: run dbt" in content
    build(landing, b"<html>first</html>")
    assert ask()[::2] == (200, b"<html>first</html>")


def test_the_next_build_is_served_without_a_restart(ask: Ask, landing: Path) -> None:
    build(landing, b"first")
    _, before, _ = ask()
    build(landing, b"second build")
    status, after, content = ask(If_None_Match=before["ETag"])
    assert (status, content, after["Content-Length"]) == (200, b"second build", "12")
    assert after["ETag"] != before["ETag"]


def test_an_unchanged_page_is_not_sent_again(ask: Ask, landing: Path) -> None:
    build(landing, b"first")
    _, headers, _ = ask("/index.html?seen=1")
    assert headers["Cache-Control"] == "no-cache"
    for seen in (headers["ETag"], f'"other", W/{headers["ETag"]}'):
        status, again, content = ask(If_None_Match=seen)
        assert (status, again["ETag"], content) == (304, headers["ETag"], b"")


def test_a_page_of_many_pieces_arrives_whole(ask: Ask, landing: Path) -> None:
    content = os.urandom(1_500_000)
    build(landing, content)
    assert ask()[2] == content
    status, headers, nothing = ask(method="HEAD")
    assert (status, headers["Content-Length"], nothing) == (200, "1500000", b"")
    assert ask()[0] == 200


def test_other_paths_are_not_there_and_health_asks_no_store(ask: Ask, landing: Path) -> None:
    landing.rmdir()
    assert ask("/health")[::2] == (200, b"ok\n")
    assert ask("/manifest.json")[0] == 404
    assert ask(method="POST")[0] == 501


def test_a_store_that_is_away_is_named_without_its_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = {"ENDPOINT_URL": "http://127.0.0.1:1", "ACCESS_KEY_ID": "hidden", "SECRET_ACCESS_KEY": "hidden"}
    for name, value in {**store, "ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with serving("s3://landing") as ask:
        status, headers, content = ask()
        assert (status, headers["Content-Type"]) == (502, "text/plain; charset=utf-8")
        assert content.startswith(b"s3://landing/dbt-docs/pro/index.html: ")
        assert b"hidden" not in content
        assert '"store failed"' in capsys.readouterr().out
        assert ask("/health")[0] == 200
