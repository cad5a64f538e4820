"""An API into Postgres by hand: `python load.py '{"url": "postgresql://...", ...}'`, with httpx and COPY.

It keeps nothing, checks nothing, and one bad record ends it. Runs in an environment of its own.
"""

# mypy: ignore-errors
import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg

_PAGE = 1000


def pages(job: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Ask for page after page over one connection; amounts stay texts, as floats they would be other numbers."""
    with httpx.Client(base_url=job["source"]) as client:
        offset = total = 0
        while offset == 0 or offset < total:
            answer = client.get(job["table"], params={"offset": offset, "limit": _PAGE}).raise_for_status()
            page = json.loads(answer.content, parse_float=str)
            total = page["total"]
            offset += _PAGE
            yield page["data"]


def main() -> None:
    """Copy every record into a new table with the key, in one transaction."""
    job = json.loads(sys.argv[1])
    names = [column["name"] for column in job["columns"]]
    defined = ", ".join(f"{column['name']} {column['type']}" for column in job["columns"])
    columns, key = ", ".join(names), ", ".join(job["key"])
    with psycopg.connect(job["url"]) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE public.{job['table']} ({defined}, PRIMARY KEY ({key}))")
        with cursor.copy(f"COPY public.{job['table']} ({columns}) FROM STDIN") as copy:
            for page in pages(job):
                for record in page:
                    copy.write_row([record[name] for name in names])


if __name__ == "__main__":
    main()
