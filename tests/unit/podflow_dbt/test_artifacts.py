from pathlib import Path

import pytest

from podflow_dbt.artifacts import store_artifacts, store_docs
from podflow_dbt.errors import ArtifactError
from podflow_dbt.settings import Settings


def settings(url: str, dag_id: str = "forex__hourly") -> Settings:
    return Settings(landing_url=url, dag_id=dag_id, run_id="scheduled__2026-11-20T19:00:00+00:00")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    (folder / "run_results.json").write_text("{}")
    (folder / "graph.gpickle").write_text("")
    return folder


def test_manifest_and_results_are_kept_for_each_run(tmp_path: Path, written: Path) -> None:
    store = tmp_path / "landing"
    store.mkdir()
    url = store_artifacts(settings(f"file://{store}"), written)
    assert url == f"file://{store}/dbt/forex__hourly/scheduled__2026-11-20T19:00:00+00:00"
    assert sorted(file.name for file in store.rglob("*.json")) == ["manifest.json", "run_results.json"]
    assert not list(store.rglob("*.gpickle"))


def test_outside_a_dag_run_nothing_is_kept(tmp_path: Path, written: Path) -> None:
    assert store_artifacts(settings(f"file://{tmp_path}", dag_id=""), written) is None


def test_a_store_that_refuses_is_named_without_credentials(written: Path) -> None:
    with pytest.raises(ArtifactError, match=r"^nowhere://bucket/dbt/forex__hourly/"):
        store_artifacts(settings("nowhere://user:password@bucket"), written)


def test_a_targets_docs_replace_those_of_the_build_before(tmp_path: Path) -> None:
    store, page = tmp_path / "landing", tmp_path / "static_index.html"
    store.mkdir()
    for content in ("first", "second"):
        page.write_text(content)
        url = store_docs(settings(f"file://{store}", dag_id=""), "pro", page)
    assert url == f"file://{store}/dbt-docs/pro/index.html"
    assert (store / "dbt-docs" / "pro" / "index.html").read_text() == "second"
    assert len([file for file in store.rglob("*") if file.is_file()]) == 1
