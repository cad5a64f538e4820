"""Datasets that arrive as files."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from podflow_ingest.declaration.columns import Declaration, Mode, RelativePath
from podflow_ingest.declaration.formats import Format

Compression = Literal["gzip", "zstd"]
_ENDINGS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}


class FileOrigin(Declaration):
    """One file below the connection's URL, replaced at each delivery."""

    type: Literal["file"]
    location: RelativePath
    format: Format
    compression: Compression | Literal["none", "auto"] = "auto"
    """auto: by the file's ending, .gz or .zst."""
    chunk_bytes: Annotated[int, Field(ge=1024 * 1024)] = 64 * 1024 * 1024
    """Bytes after which a chunk ends, at the next end of a record; larger where there would be more than 64."""
    chunk_rows: Annotated[int, Field(ge=1)] | None = None
    """Rows after which a chunk ends, if that comes first."""

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return self.format.landed

    @property
    def compressed(self) -> Compression | None:
        """How the file is compressed."""
        if self.compression == "none":
            return None
        if self.compression == "auto":
            return next((method for ending, method in _ENDINGS.items() if self.location.endswith(ending)), None)
        return self.compression

    def contradiction(self, mode: Mode, cursor: str | None, columns: Mapping[str, str]) -> str | None:  # noqa: ARG002  # none
        """Return what does not go with the rest of the declaration: nothing. `columns` are types by names."""
        return None
