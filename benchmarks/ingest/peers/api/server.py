"""`python server.py FILE PORT`: the rows of a CSV file as JSON, `/customer_transactions?offset=0&limit=1000`."""

import csv
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_NUMBERS = ("base_amount", "rate", "fee")


def records(file: Path) -> list[bytes]:
    """Return each row as JSON; amounts are numbers, nothing is null."""
    with file.open(newline="") as rows:
        return [_record(row) for row in csv.DictReader(rows)]


def _record(row: dict[str, str]) -> bytes:
    numbers = {name: f"\x00{row[name]}\x00" for name in _NUMBERS}
    text = json.dumps({**row, **numbers, "comment": row["comment"] or None})
    # Numbers keep the digits of the file.
    return text.replace('"\\u0000', "").replace('\\u0000"', "").encode()


class Pages(BaseHTTPRequestHandler):
    """Answers with one page, over connections that stay open."""

    protocol_version = "HTTP/1.1"
    rows: list[bytes]

    def do_GET(self) -> None:
        """Answer a request for a page."""
        asked = parse_qs(urlsplit(self.path).query)
        offset, limit = int(asked.get("offset", ["0"])[0]), int(asked.get("limit", ["100"])[0])
        head = f'{{"total": {len(self.rows)}, "data": ['.encode()
        body = head + b",".join(self.rows[offset : offset + limit]) + b"]}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Pages.rows = records(Path(sys.argv[1]))
    ThreadingHTTPServer(("", int(sys.argv[2])), Pages).serve_forever()
