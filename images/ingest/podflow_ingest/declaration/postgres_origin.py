"""Datasets that are tables of another Postgres database."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from podflow_ingest.declaration.columns import Declaration, Identifier, Mode
from podflow_ingest.declaration.formats import CsvFormat, Format

_NAME = r'[^".\0]{1,63}'
_TABLE = re.compile(rf"({_NAME})\.({_NAME})")


def _table(text: str) -> str:
    if not _TABLE.fullmatch(text):
        raise ValueError("must be <schema>.<table>, both as the database has them, without quotes")
    return text


class Delta(Declaration):
    """Only rows whose `cursor` column (see the dataset) moved since what bronze has of the table."""

    overlap: Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")] | Annotated[int, Field(ge=0)]
    """How far to go back behind the cursor: longer than the longest transaction that writes to the table.

    A duration (15m) for a cursor that is a date or a time, a number for one that is a number.
    """


class PostgresOrigin(Declaration):
    """A table or view of the connection's database."""

    type: Literal["postgres"]
    table: Annotated[str, AfterValidator(_table)]
    """<schema>.<table>"""
    names: dict[Identifier, Annotated[str, Field(min_length=1, max_length=63)]] = Field(default_factory=dict)
    """Columns that have another name in the source, as in `order_id: OrderID`."""
    delta: Delta | None = None
    """Without it every run reads the whole table."""
    split_by: Identifier | None = None
    """Column by whose ranges a large table is divided; without it, by the table's pages."""
    chunk_bytes: Annotated[int, Field(ge=1024 * 1024)] = 64 * 1024 * 1024
    """Bytes of a chunk, roughly; larger where there would be more than 64."""
    connections: Annotated[int, Field(ge=1, le=8)] = 2
    """Chunks that are read at the same time; each takes about 25 MB of the pod's memory."""

    @property
    def landed_format(self) -> Format:
        """How the chunks that `load` reads are encoded."""
        return CsvFormat()

    @property
    def schema_and_table(self) -> tuple[str, str]:
        """The two parts of the table's name."""
        schema, _, table = self.table.partition(".")
        return schema, table

    def source_name(self, column: str) -> str:
        """Return what the source calls a declared column."""
        return self.names.get(column, column)

    def contradiction(self, mode: Mode, cursor: str | None, columns: Mapping[str, str]) -> str | None:
        """Return what does not go with the rest of the declaration, and what to write instead; None if all does.

        `columns` are types by names.
        """
        if mode == "append":
            return (
                "mode append would add a row again whenever it is read again; "
                "use `mode: upsert` or `mode: full`, with the table's key"
            )
        if self.delta is not None and cursor is None:
            return "`delta` needs `cursor: <column>`, the column that says when a row changed; or leave `delta` out"
        if self.delta is not None and mode == "full":
            return (
                "mode full cannot be a `delta`: rows that are not read would count as vanished; "
                "leave `delta` out, or use `mode: upsert`"
            )
        unknown = sorted(self.names.keys() - columns.keys())
        return f"`names` has {', '.join(unknown)}, which is no declared column" if unknown else None
