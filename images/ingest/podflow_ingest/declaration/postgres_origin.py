"""Datasets that are tables of another Postgres database."""

from typing import Literal

from podflow_ingest.declaration.columns import Declaration
from podflow_ingest.declaration.formats import CsvFormat, Format


class PostgresOrigin(Declaration):
    """A table of the connection's database."""

    type: Literal["postgres"]
    table: str

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return CsvFormat()
