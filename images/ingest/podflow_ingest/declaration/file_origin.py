"""Datasets that arrive as files."""

from typing import Annotated, Literal

from pydantic import Field

from podflow_ingest.declaration.columns import Declaration, RelativePath
from podflow_ingest.declaration.formats import Format


class FileOrigin(Declaration):
    """One file below the connection's URL, replaced at each delivery."""

    type: Literal["file"]
    location: RelativePath
    format: Format
    chunk_rows: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return self.format
