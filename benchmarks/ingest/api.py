"""A local API with the file's rows as records: pages by offset, made before the first request."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ingest.docker import serving, wait_until_ready

_SERVER = Path(__file__).parent / "peers" / "api" / "server.py"
_READY = "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/customer_transactions?offset=0&limit=1')"


@contextmanager
def running(image: str, file: Path) -> Iterator[str]:
    """Serve a file's rows while the body runs, with the Python of `image`; yields the URL."""
    options = [f"--volume={_SERVER}:/server.py:ro", f"--volume={file}:/rows.csv:ro", "--entrypoint=python"]
    with serving(image, options, ["/server.py", "/rows.csv", "8000"]) as container:
        wait_until_ready(container, "python", "-c", _READY)
        yield f"http://{container.address}:8000"
