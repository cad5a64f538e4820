from pathlib import Path

import pytest

from podflow_ingest import objects
from podflow_ingest.errors import DeclarationError, LandingError


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
