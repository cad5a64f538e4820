"""A source file's content: decompressed, and in an encoding that can be cut at bytes."""

import codecs
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from podflow_ingest.declaration.file_origin import Compression, FileOrigin
from podflow_ingest.declaration.formats import CsvFormat
from podflow_ingest.errors import SourceError, SourceFlawError
from podflow_ingest.source_files import SourceFile

PIECE = 1024 * 1024
"""Bytes handed on at a time, about."""
_FED = 4096
"""Compressed bytes taken at a time, so that what they expand to stays small."""
_LARGEST_WINDOW = 64 * 1024 * 1024
"""Bytes that zstd keeps of what came before; `zstd --ultra` and `--long` may want more than a pod has."""


class _Decompressor(Protocol):
    """What zlib's and zstandard's objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def content(source: SourceFile, origin: FileOrigin) -> Iterator[bytes]:
    """Yield the file's content as chunks hold it.

    Raises:
        SourceError: the file changed or cannot be read, or it ends in the middle of its compressed data.
        SourceFlawError: it is not compressed, or not encoded, as declared.
    """
    stream = source.stream()
    if origin.compressed is not None:
        stream = decompressed(stream, origin.compressed, source.name)
    if isinstance(origin.format, CsvFormat) and origin.format.encoding == "utf-16":
        stream = _from_utf_16(stream, source.name)
    return stream


def decompressed(stream: Iterable[bytes], method: Compression, name: str) -> Iterator[bytes]:
    """Decompress a stream of one or several members (gzip) or frames (zstd). `name` is for messages."""
    members = _Members(method)
    out: list[bytes] = []
    size = 0
    try:
        for portion in _portions(stream):
            out.append(members.decompress(portion))
            size += len(out[-1])
            if size >= PIECE:
                yield b"".join(out)
                out, size = [], 0
    except members.refusal as error:
        raise SourceFlawError(f"{name}: not {method}, or damaged: {error}; nothing was written") from None
    if not members.complete:
        raise SourceError(
            f"{name}: truncated: it ends in the middle of its {method} data; nothing was written. Deliver it again"
        )
    yield b"".join(out)


class _Members:
    """Decompresses a stream that may have several ends."""

    def __init__(self, method: Compression) -> None:
        self._new, self.refusal = _method(method)
        self._current: _Decompressor | None = None
        self._started = False

    @property
    def complete(self) -> bool:
        """Whether nothing is missing at the end of what was read."""
        return self._current is None

    def decompress(self, data: bytes) -> bytes:
        """Return what these bytes expand to."""
        out = []
        while data:
            if self._current is None:
                # What pads a file to whole blocks is no member.
                data = data.lstrip(b"\0") if self._started else data
                if not data:
                    break
                self._current, self._started = self._new(), True
            out.append(self._current.decompress(data))
            if not self._current.eof:
                break
            data, self._current = self._current.unused_data, None
        return b"".join(out)


def _method(method: Compression) -> tuple[Callable[[], _Decompressor], type[Exception]]:
    """Return what makes a method's decompressors, and what they raise at data that is none of theirs."""
    if method == "gzip":
        return lambda: zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), zlib.error
    # Imported only where it is needed: it takes a tenth of a small file's time.
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj, zstandard.ZstdError


def _portions(stream: Iterable[bytes]) -> Iterator[bytes]:
    for piece in stream:
        for start in range(0, len(piece), _FED):
            yield piece[start : start + _FED]


def _from_utf_16(stream: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Translate to UTF-8. The byte order mark says the order of bytes; without one it is little-endian."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    read = 0
    try:
        for piece in stream:
            yield decoder.decode(piece).encode()
            read += len(piece)
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        at = read + error.start + 1
        raise SourceFlawError(f"{name}: not utf-16, near byte {at}: {error.reason}; nothing was written") from None
