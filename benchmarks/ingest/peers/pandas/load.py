"""pandas into Postgres: `python load.py '{"way": "copy", ...}'`. Runs in pandas' own environment."""

# mypy: ignore-errors
# The environment of the checks has no pandas.
import csv
import io
import json
import sys
from typing import Any

import pandas as pd
import sqlalchemy as sa

_CHUNK = 50_000
"""Rows at a time, so that memory does not grow with the file."""
_ROWS_OF_A_STATEMENT = 4_000
"""For `multi`: Postgres takes 65,535 parameters."""


def _type(declared: str) -> sa.types.TypeEngine[Any]:
    if declared.startswith("numeric"):
        return sa.Numeric(*(int(part) for part in declared[8:-1].split(",")))
    return sa.TIMESTAMP(timezone=True) if declared == "timestamptz" else sa.Text()


def copy(table: Any, connection: sa.Connection, keys: list[str], rows: Any) -> None:
    """Insert by COPY, as pandas' documentation of to_sql has it."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    columns = ", ".join(f'"{key}"' for key in keys)
    raw = connection.connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN (FORMAT csv)") as stream:
        stream.write(text.getvalue())


def main() -> None:
    """Append the file, chunk by chunk, to a new table."""
    job = json.loads(sys.argv[1])
    types = {column["name"]: _type(column["type"]) for column in job["columns"]}
    engine = sa.create_engine(job["url"].replace("postgresql://", "postgresql+psycopg://"))
    # Amounts stay texts: as floats they would be other numbers.
    with engine.begin() as connection:
        for chunk in pd.read_csv(job["source"], chunksize=_CHUNK, dtype=str, keep_default_na=False, na_values=[""]):
            way = {"method": copy} if job["way"] == "copy" else {"method": "multi", "chunksize": _ROWS_OF_A_STATEMENT}
            chunk.to_sql(job["table"], connection, if_exists="append", index=False, dtype=types, **way)


if __name__ == "__main__":
    main()
