import gzip
import zlib
from collections.abc import Callable, Iterator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from podflow_ingest.declaration.file_origin import Compression
from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_ingest.files.content import PIECE, decompressed

CONTENT = b"".join(b"%d,some text\n" % number for number in range(20_000))
COMPRESS: dict[Compression, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstandard.compress}
METHODS: list[Compression] = ["gzip", "zstd"]


def expanded(data: bytes, method: Compression, step: int = 10_000) -> bytes:
    return b"".join(decompressed(pieces(data, step), method, "s3://x/items.csv"))


def pieces(data: bytes, step: int) -> Iterator[bytes]:
    for start in range(0, len(data), step):
        yield data[start : start + step]


@pytest.mark.parametrize("method", METHODS)
@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 400))
def test_members_one_after_the_other_are_one_content_however_the_stream_is_cut(
    method: Compression, contents: list[bytes], step: int
) -> None:
    assert expanded(b"".join(map(COMPRESS[method], contents)), method, step) == b"".join(contents)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_cut_off_is_called_truncated_wherever_that_is(method: Compression) -> None:
    data = COMPRESS[method](CONTENT)
    for end in (1, 5, len(data) // 2, len(data) - 1):
        with pytest.raises(SourceError, match=f"^s3://x/items.csv: truncated: .* {method} data") as caught:
            expanded(data[:end], method)
        assert caught.value.exit_code == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", [b"<html>not found</html>", CONTENT, b"\0" * 40])
def test_what_is_not_compressed_is_refused_for_good(method: Compression, data: bytes) -> None:
    with pytest.raises(SourceFlawError, match=f"not {method}, or damaged"):
        expanded(data, method)


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(gzip.compress(CONTENT))
    data[-6] ^= 1
    with pytest.raises(SourceFlawError, match="incorrect data check"):
        expanded(bytes(data), "gzip")


def test_zeros_that_pad_a_file_are_no_content() -> None:
    assert expanded(gzip.compress(CONTENT) + b"\0" * 1000, "gzip", 100) == CONTENT


def test_pieces_stay_small_even_of_what_expands_a_thousandfold() -> None:
    data = zlib.compress(b"0" * 50 * PIECE, wbits=31)
    assert len(data) < PIECE // 10
    sizes = [len(piece) for piece in decompressed([data], "gzip", "x")]
    assert sum(sizes) == 50 * PIECE
    assert max(sizes) < 6 * PIECE
