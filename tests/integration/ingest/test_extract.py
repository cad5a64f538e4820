import datetime
import json
from collections.abc import Callable
from typing import Any

import obstore
import pytest

from podflow_ingest import landing, objects
from podflow_ingest.errors import LandingError, SourceError
from podflow_ingest.landing import Part

HEADER = b"id,code,price,sold_at,note\n"


def rows(first: int, last: int) -> bytes:
    return b"".join(b'%d,abc,1,,"a\nb"\n' % number for number in range(first, last + 1))


def objects_of(bucket: Any) -> dict[str, bytes]:
    return {name.removeprefix("landing/raw/shop/items/"): bucket.read(name) for name in bucket.names("landing/")}


def test_chunks_hold_the_file_each_with_the_header_and_a_manifest(items: Any, bucket: Any) -> None:
    items.deliver(HEADER + rows(1, 2500))
    extracted = items.extract()
    chunks = extracted["chunks"]
    assert [name[-9:] for name in chunks] == ["-0001.csv", "-0002.csv", "-0003.csv"]
    assert all(name.startswith("dt=2026-11-20/items-") for name in chunks)
    objects = objects_of(bucket)
    assert sorted(objects) == sorted(chunks + [f"{name}.manifest.json" for name in chunks])
    assert b"".join(objects[name].removeprefix(HEADER) for name in chunks) == rows(1, 2500)
    manifests = [json.loads(objects[f"{name}.manifest.json"]) for name in chunks]
    assert [each["rows"] for each in manifests] == [1000, 1000, 500]
    assert [each["first_line"] for each in manifests] == [2, 2002, 4002]
    assert [each["bytes"] for each in manifests] == [len(objects[name]) for name in chunks]
    assert {each["source"] for each in manifests} == {f"{bucket.url}/source/items.csv"}
    assert (extracted["rows"], extracted["bytes"]) == (2500, len(HEADER + rows(1, 2500)))


def test_extracting_again_finds_its_chunks_in_place(items: Any, bucket: Any) -> None:
    items.deliver(HEADER + rows(1, 1500))
    first = items.extract()
    before = objects_of(bucket)
    assert items.extract() == first
    assert objects_of(bucket) == before


def test_an_object_that_is_refused_before_the_store_has_read_it_is_in_place(bucket: Any) -> None:
    # Large enough that the refusal comes while it is still being sent, and small enough for one request.
    root = objects.Root(bucket.store(), bucket.url)
    content = bytes(4 * 1024 * 1024)
    assert objects.create(root, "large", content)
    assert [objects.create(root, "large", content) for _ in range(20)] == [False] * 20
    with pytest.raises(LandingError, match="exists with other content"):
        objects.create(root, "large", content + b"1")


def test_what_a_broken_run_left_is_completed(items: Any, bucket: Any) -> None:
    items.deliver(HEADER + rows(1, 1500))
    first = items.extract()
    before = objects_of(bucket)
    obstore.delete(bucket.store(), f"landing/raw/shop/items/{first['chunks'][0]}.manifest.json")
    obstore.delete(bucket.store(), f"landing/raw/shop/items/{first['chunks'][1]}")
    assert items.extract() == first
    assert objects_of(bucket) == before


def test_the_same_file_on_another_date_is_another_partition(items: Any) -> None:
    items.deliver(HEADER + rows(1, 2))
    (chunk,) = items.extract(datetime.date(2026, 12, 1))["chunks"]
    assert chunk.startswith("dt=2026-12-01/")


def test_a_chunk_in_landing_is_never_overwritten(items: Any, bucket: Any) -> None:
    items.deliver(HEADER + rows(1, 2))
    (chunk,) = items.extract()["chunks"]
    obstore.put(bucket.store(), f"landing/raw/shop/items/{chunk}", b"something else")
    with pytest.raises(LandingError, match="exists with other content, and landing is never overwritten"):
        items.extract()
    assert bucket.read(f"landing/raw/shop/items/{chunk}") == b"something else"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"id,code,sold_at,note\n1,abc,,\n",
            r"/source/items\.csv: the header .* shop\.items: column 'price' is missing",
        ),
        (b"id,code,price,sold_at,note,tax\n", "column 'tax' is not declared"),
        (
            b"id,price,code,sold_at,note\n",
            "column 'price' is out of order, declared are id, code, price, sold_at, note",
        ),
        (b"id,code,price,sold_at,note,id\n", "column 'id' appears twice"),
        (b"\xff\xfe\n", "the header is not utf-8 text"),
        (b"", "the file is empty, not even a header"),
        (HEADER + b'1,abc,1,,"x\n2,abc,1,,\n', "line 2: a quoted field begins in this record and never ends"),
    ],
)
def test_a_file_that_does_not_fit_its_declaration_is_refused_and_nothing_is_written(
    items: Any, bucket: Any, content: bytes, message: str
) -> None:
    items.deliver(content)
    with pytest.raises(SourceError, match=message) as caught:
        items.extract()
    assert f"{bucket.url}/source/items.csv" in str(caught.value)
    assert "nothing was written" in str(caught.value)
    assert objects_of(bucket) == {}


def test_a_file_that_is_not_there_is_named(items: Any) -> None:
    with pytest.raises(SourceError, match=r"/source/items\.csv: no such file; has it been delivered\?"):
        items.extract()


def test_a_file_with_nothing_but_a_header_gives_no_chunks(items: Any) -> None:
    items.deliver(HEADER)
    assert items.extract()["chunks"] == []


def test_a_file_that_changes_while_it_is_read_is_refused(
    items: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    items.deliver(HEADER + rows(1, 2500))
    write = landing.write_data

    def replace_the_source_and_write(*arguments: Any) -> Part:
        items.deliver(HEADER + rows(2, 2501))
        return write(*arguments)

    monkeypatch.setattr(landing, "write_data", replace_the_source_and_write)
    with pytest.raises(SourceError, match="changed while it was read; nothing was landed"):
        items.extract()
    assert not [name for name in objects_of(bucket) if name.endswith("manifest.json")]


def test_chunks_grow_so_that_there_are_at_most_64(
    pipeline_of: Callable[[dict[str, Any]], Any], items_declaration: dict[str, Any]
) -> None:
    items = pipeline_of({**items_declaration, "from": {**items_declaration["from"], "chunk_rows": 1}})
    items.deliver(HEADER + rows(1, 130))
    chunks = items.extract()["chunks"]
    assert len(chunks) == 44
    assert sum(items.load(chunk).inserted for chunk in chunks[:2]) == 6
