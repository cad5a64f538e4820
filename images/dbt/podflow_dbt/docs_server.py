"""The command `podflow-dbt-docs`: serves the documentation of the last build.

It imports nothing of dbt, which would more than double its memory.
"""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, NoReturn

import typer
from obstore.exceptions import BaseError

from podflow_dbt.errors import DocsError
from podflow_dbt.kept_docs import KeptDocs, Page
from podflow_dbt.settings import Settings
from podflow_task.command import command_line, run_command_line
from podflow_task.log import event

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
NO_DOCS = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="30">
<title>podflow: dbt docs</title><body style="font-family: sans-serif; margin: 4em">
<h1>No docs yet: run dbt</h1><p>Each build that succeeds (any DAG with a dbt task) puts them here.</p>
</body></html>"""

app = command_line("Serve dbt's documentation from the landing zone, as the last build left it.")


class DocsServer(ThreadingHTTPServer):
    """Answers `/` with the page and `/health` without asking the store; every request sees the page as it is now."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], docs: KeptDocs) -> None:
        super().__init__(address, _Handler)
        self.docs = docs


class _Handler(BaseHTTPRequestHandler):
    server: DocsServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/health":
            self._answer(HTTPStatus.OK, TEXT, b"ok\n")
        elif path in {"/", "/index.html"}:
            self._answer_page()
        else:
            self._answer(HTTPStatus.NOT_FOUND, TEXT, b"The docs are one page, at /\n")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        # The kubelet asks for /health every few seconds.
        if self.requestline.split(" ")[1:2] != ["/health"]:
            event("request", client=self.client_address[0], message=format % args)

    def _answer_page(self) -> None:
        try:
            page = self.server.docs.open()
        except DocsError as error:
            event("store failed", level="error", error=str(error))
            self._answer(HTTPStatus.BAD_GATEWAY, TEXT, f"{error}\n".encode())
            return
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, HTML, NO_DOCS)
        elif page.e_tag in self.headers.get("If-None-Match", ""):
            self._begin(HTTPStatus.NOT_MODIFIED, {"ETag": page.e_tag})
        else:
            self._begin(HTTPStatus.OK, {"ETag": page.e_tag, "Content-Type": HTML, "Content-Length": str(page.size)})
            self._send(page)

    def _send(self, page: Page) -> None:
        if self.command == "HEAD":
            return
        try:
            for piece in page.pieces:
                self.wfile.write(piece)
        except (BaseError, OSError) as error:
            # The length is told already: only an end of the connection says that this is not all.
            self.close_connection = True
            event("page cut off", level="warn", error=str(error).partition("\n")[0])

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self._begin(status, {"Content-Type": kind, "Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        # Browsers keep the page, but ask each time whether there is another.
        for name, value in {"Cache-Control": "no-cache", **headers}.items():
            self.send_header(name, value)
        self.end_headers()


@app.command()
def serve(
    context: typer.Context,
    target: Annotated[str, typer.Option(help="Whose docs: dev or pro.")] = "pro",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8080,
) -> None:
    """Serve until told to stop."""
    docs = KeptDocs(context.ensure_object(Settings).landing_url, target)
    with DocsServer(("", port), docs) as server:
        event("serving", target=target, port=server.server_address[1])
        server.serve_forever()


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


if __name__ == "__main__":
    main()
