"""How a file's bytes divide into records and fields."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from podflow_ingest.declaration.columns import Declaration

OneByte = Annotated[str, Field(pattern=r"^[\t\x20-\x7e]$")]
Encoding = Literal[
    "utf-8",
    "utf-16",
    "latin-1",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1257",
    "koi8-r",
    "euc-jp",
    "euc-kr",
]
"""Those in which a delimiter, a quote or a newline is never a part of another character; utf-16 lands as utf-8."""
_POSTGRES_ENCODINGS: dict[Encoding, str] = {
    "utf-8": "UTF8",
    "latin-1": "LATIN1",
    "iso-8859-2": "LATIN2",
    "iso-8859-5": "ISO_8859_5",
    "iso-8859-7": "ISO_8859_7",
    "iso-8859-15": "LATIN9",
    "windows-1250": "WIN1250",
    "windows-1251": "WIN1251",
    "windows-1252": "WIN1252",
    "windows-1253": "WIN1253",
    "windows-1254": "WIN1254",
    "windows-1257": "WIN1257",
    "koi8-r": "KOI8R",
    "euc-jp": "EUC_JP",
    "euc-kr": "EUC_KR",
}


class CsvFormat(Declaration):
    """Delimited text: CSV, or with a tab as `delimiter` TSV."""

    type: Literal["csv"] = "csv"
    header: bool = True
    """Whether the first record names the columns; without, fields are columns in the declared order."""
    delimiter: OneByte = ","
    quote: OneByte | None = '"'
    """Encloses fields that hold delimiters, newlines or quotes, itself doubled; null: no character does."""
    null: Annotated[str, Field(pattern=r"^[\x20-\x7e]{0,16}$")] = ""
    """The unquoted field that means no value."""
    encoding: Encoding = "utf-8"

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote must differ")
        if self.delimiter in self.null or (self.quote is not None and self.quote in self.null):
            raise ValueError("null must not contain the delimiter or the quote")
        return self

    @property
    def landed(self) -> "CsvFormat":
        """The format of chunks: UTF-16 cannot be cut at bytes, so extract lands it as UTF-8."""
        return self.model_copy(update={"encoding": "utf-8"}) if self.encoding == "utf-16" else self

    @property
    def postgres_encoding(self) -> str:
        """Postgres' name of a chunk's encoding."""
        return _POSTGRES_ENCODINGS[self.landed.encoding]

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "csv"


class JsonLinesFormat(Declaration):
    """One JSON object a line, UTF-8. A column is the object's member of that name; other members are not loaded."""

    type: Literal["json_lines"] = "json_lines"

    @property
    def landed(self) -> "JsonLinesFormat":
        """The format of chunks."""
        return self

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "jsonl"


class ParquetFormat(Declaration):
    """Columnar file with its own schema: columns are found by name."""

    type: Literal["parquet"] = "parquet"

    @property
    def landed(self) -> "ParquetFormat":
        """The format of chunks."""
        return self

    @property
    def extension(self) -> str:
        """The ending of a chunk's name."""
        return "parquet"


Format = Annotated[CsvFormat | JsonLinesFormat | ParquetFormat, Field(discriminator="type")]
