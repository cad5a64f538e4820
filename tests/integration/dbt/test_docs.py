"""A build puts the docs into the object store, and the server, the real command, serves them from there."""

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
DOCS = "dbt-docs/pro/index.html"


@contextmanager
def server(environment: dict[str, str]) -> Iterator[str]:
    """Run `podflow-dbt-docs` as its pod does and yield its address."""
    command = [sys.executable, "-m", "podflow_dbt.docs_server", "--target", "pro", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}/"
    finally:
        process.terminate()
        assert process.wait(10) == 143
        process.communicate()


def read(url: str, seen: str = "") -> tuple[int, str, str]:
    """Return status, ETag and content of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": seen})) as answer:
            return answer.status, answer.headers["ETag"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["ETag"] or "", error.read().decode()


def helm_test(url: str) -> tuple[int, str]:
    """Return exit code and output of what `helm test` runs."""
    command = [sys.executable, str(ROOT / "charts" / "podflow" / "files" / "tests" / "dbt_docs.py")]
    done = subprocess.run(command, env={"DBT_DOCS_URL": url}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_docs_of_the_last_build_are_served_from_the_object_store(desk: Any, bucket: Any) -> None:
    stored = {"LANDING_URL": bucket.url, **bucket.environment}
    with server({**desk.environment, **stored}) as url:
        status, _, page = read(url)
        assert (status, "No docs yet: run dbt" in page) == (404, True)
        assert helm_test(url) == (0, "dbt docs: none yet, as before the first build\n")
        finished = desk.build("--target", "pro", **stored)
        assert (finished.code, finished.result["docs"]) == (0, f"{bucket.url}/{DOCS}")
        status, tag, page = read(url)
        assert (status, page.encode()) == (200, bucket.read(DOCS))
        assert read(url, tag)[:2] == (304, tag)
        assert helm_test(url) == (0, f"dbt docs: {len(page.encode())} bytes of the last build\n")
        assert desk.build("--target", "pro", **stored).code == 0
        assert read(url, tag)[0] == 200
    # The catalogue is in the page, with what only the database knows: the owner of a table.
    assert '"unique_id": "model.podflow.forex__customer_turnover"' in page.replace('":"', '": "')
    assert '"owner": "dbt"' in page.replace('":"', '": "')


def test_a_store_that_is_away_fails_the_helm_test(desk: Any) -> None:
    away = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    with server({**desk.environment, **away, "AWS_ALLOW_HTTP": "true", "LANDING_URL": "s3://landing"}) as url:
        assert helm_test(url) == (1, "")


def test_a_build_outside_the_cluster_has_no_docs(desk: Any) -> None:
    assert desk.build("--target", "pro").result["docs"] is None


def test_docs_that_fail_are_told_and_leave_the_build_as_it_is(desk: Any, bucket: Any, tmp_path: Path) -> None:
    project = tmp_path / "dbt"
    shutil.copytree(ROOT / "dbt", project)
    # It compiles while it is built, and never for the docs.
    refusal = "{% if flags.WHICH != 'build' %}{{ exceptions.raise_compiler_error('not for the docs') }}{% endif %}"
    (project / "models" / "forex" / "gold" / "only_built.sql").write_text(f"{refusal} select 1 as one")
    stored = {"LANDING_URL": bucket.url, **bucket.environment}
    finished = desk.build("--target", "pro", project=project, **stored)
    assert (finished.code, finished.result["failed"], finished.result["docs"]) == (0, 0, None)
    [told] = [each for each in finished.events if each["event"] == "docs not renewed"]
    assert told["level"] == "warn"
    assert any("not for the docs" in str(each) for each in finished.events)
    assert bucket.names() == []
