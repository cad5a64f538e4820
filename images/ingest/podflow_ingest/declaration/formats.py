"""How a file's bytes divide into records and fields."""

import codecs
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from podflow_ingest.declaration.columns import Declaration

OneByte = Annotated[str, Field(pattern=r"^[\t\x20-\x7e]$")]


class CsvFormat(Declaration):
    """Delimited text: CSV, or with a tab as `delimiter` TSV."""

    type: Literal["csv"] = "csv"
    header: bool = True
    delimiter: OneByte = ","
    quote: OneByte = '"'
    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote must differ")
        return self

    @property
    def postgres_encoding(self) -> str:
        """Postgres' name of the encoding."""
        return {"utf-8": "UTF8", "iso8859-1": "LATIN1", "cp1252": "WIN1252"}[codecs.lookup(self.encoding).name]

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "csv"


class JsonLinesFormat(Declaration):
    """One JSON object a line, UTF-8. A column is the object's member of that name; other members are not loaded."""

    type: Literal["json_lines"] = "json_lines"

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "jsonl"


class ParquetFormat(Declaration):
    """Columnar file with its own schema: columns are found by name."""

    type: Literal["parquet"] = "parquet"

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "parquet"


Format = Annotated[CsvFormat | JsonLinesFormat | ParquetFormat, Field(discriminator="type")]
