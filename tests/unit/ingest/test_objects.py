import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from podflow_ingest import objects
from podflow_ingest.errors import DeclarationError, LandingError
from tests.unit.ingest.http.api_server import Answer, Request, serving


def test_a_store_on_a_file_system_works_like_any_other(tmp_path: Path) -> None:
    root = objects.open_root(tmp_path.as_uri())
    assert objects.create(root, "raw/a.csv", b"1")
    assert not objects.create(root, "raw/a.csv", b"1")
    with pytest.raises(LandingError, match="exists with other content"):
        objects.create(root, "raw/a.csv", b"2")
    assert b"".join(objects.read(root, "raw/a.csv")) == b"1"


def test_messages_never_show_the_credentials_of_a_url() -> None:
    with pytest.raises(DeclarationError) as caught:
        objects.open_root("gopher://user:hunter2@example.org/x?sig=hunter3")
    assert str(caught.value).startswith("gopher://example.org/x: not a store that can be opened: ")
    assert "hunter" not in str(caught.value)


def azure(server: str) -> dict[str, str]:
    return {
        "AZURE_STORAGE_ACCOUNT_NAME": "podflow",
        "AZURE_STORAGE_ACCOUNT_KEY": base64.b64encode(b"hunter2").decode(),
        "AZURE_STORAGE_ENDPOINT": server,
        "AZURE_ALLOW_HTTP": "true",
    }


def google(server: str) -> dict[str, str]:
    account = {
        "gcs_base_url": server,
        "disable_oauth": True,
        "client_email": "",
        "private_key": "",
        "private_key_id": "",
    }
    return {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(account)}


@pytest.mark.parametrize(
    ("url", "environment", "taken", "condition", "signed"),
    [
        ("az://lake/landing", azure, 409, ("if-none-match", "*"), "SharedKey podflow:"),
        ("gs://lake/landing", google, 412, ("x-goog-if-generation-match", "0"), ""),
    ],
)
def test_a_store_of_a_cloud_gets_its_options_from_the_environment_and_conditional_writes(
    monkeypatch: pytest.MonkeyPatch, url: str, environment: Any, taken: int, condition: tuple[str, str], signed: str
) -> None:
    def answer(request: Request) -> Answer:
        if request.method == "PUT":
            return Answer(status=taken)
        return Answer(b"1", headers={"ETag": "1", "Last-Modified": "Fri, 20 Nov 2026 11:00:00 GMT"})

    with serving(answer) as server:
        for name, value in environment(server.url).items():
            monkeypatch.setenv(name, value)
        root = objects.open_root(url)
        assert not objects.create(root, "raw/a.csv", b"1")
        with pytest.raises(LandingError, match=f"^{url}/raw/a.csv exists with other content"):
            objects.create(root, "raw/a.csv", b"2")
    first = server.requests[0]
    assert {unquote(request.path) for request in server.requests} == {"/lake/landing/raw/a.csv"}
    assert first.headers[condition[0]] == condition[1]
    assert (first.headers["authorization"] or "").startswith(signed)
    assert repr(root) == f"Root(url={url!r})"
