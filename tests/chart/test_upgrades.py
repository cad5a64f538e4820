"""Upgrades: the same values change nothing, another image runs the jobs again, content restarts what reads it."""

import shutil
from pathlib import Path

import pytest

from tests.chart.rendering import CHART, Manifest, Rendered, render, with_images

SAME_PASSWORDS = {"kafka": {"existingSecrets": dict.fromkeys(("broker", "admin", "producer", "sink"), "mine")}}
"""Without a cluster each rendering generates other passwords, and a Job has to tell the broker of them."""


@pytest.fixture(scope="module")
def default() -> Rendered:
    """The chart as an upgrade on a cluster renders it."""
    return render(SAME_PASSWORDS)


def templates(rendered: Rendered) -> dict[str, Manifest]:
    """The pod templates of what runs."""
    return dict(rendered.servers())


def jobs(rendered: Rendered) -> set[str]:
    return rendered.names("Job")


def restarted(before: Rendered, after: Rendered) -> set[str]:
    old = templates(before)
    return {name.split("podflow-")[1] for name, pod in templates(after).items() if pod != old[name]}


def test_rendering_again_gives_the_same_pods_and_jobs(default: Rendered) -> None:
    again = render(SAME_PASSWORDS)
    assert templates(again) == templates(default)
    assert jobs(again) == jobs(default)


def test_the_charts_next_version_restarts_nothing(default: Rendered, tmp_path: Path) -> None:
    chart = tmp_path / "podflow"
    shutil.copytree(CHART, chart)
    description = (chart / "Chart.yaml").read_text().replace("\nversion: 0.1.0", "\nversion: 9.9.9")
    (chart / "Chart.yaml").write_text(description)
    after = render(SAME_PASSWORDS, chart=chart)
    assert after.of_kind("Job")[0]["metadata"]["labels"]["helm.sh/chart"] == "podflow-9.9.9"
    assert restarted(default, after) == set()
    assert jobs(after) == jobs(default)


def test_what_cannot_be_changed_in_a_statefulset_has_no_version(default: Rendered) -> None:
    for workload in default.of_kind("StatefulSet"):
        for claim in workload["spec"]["volumeClaimTemplates"]:
            assert not {"helm.sh/chart", "app.kubernetes.io/version"} & claim["metadata"]["labels"].keys()


def test_another_image_migrates_and_sets_up_again() -> None:
    before, after = render(with_images("1")), render(with_images("2"))
    assert len(jobs(before)) == 3
    assert not jobs(before) & jobs(after)


def test_other_pools_are_set_up_without_a_migration(default: Rendered) -> None:
    after = render({**SAME_PASSWORDS, "airflow": {"pools": {"tasks": {"slots": 2, "description": "few"}}}})
    [changed] = jobs(after) - jobs(default)
    assert changed.startswith("podflow-airflow-setup-")


def test_airflow_settings_restart_airflow_only(default: Rendered) -> None:
    after = render({**SAME_PASSWORDS, "airflow": {"config": {"core": {"parallelism": 4}}}})
    airflow = {"airflow-api", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"}
    assert restarted(default, after) == airflow


def test_presets_restart_only_what_runs_dag_code(default: Rendered) -> None:
    after = render({**SAME_PASSWORDS, "tasks": {"activeDeadlineSeconds": 60}})
    assert restarted(default, after) == {"airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"}


def test_server_settings_restart_that_server(default: Rendered) -> None:
    postgres = {**SAME_PASSWORDS, "postgres": {"parameters": {"work_mem": "8MB"}}}
    assert restarted(default, render(postgres)) == {"postgres"}
    kafka = {"kafka": {**SAME_PASSWORDS["kafka"], "properties": {"num.partitions": 6}}}
    assert restarted(default, render(kafka)) == {"kafka"}


def test_an_upgrade_gets_past_a_pod_that_never_became_ready(default: Rendered) -> None:
    for workload in default.of_kind("StatefulSet"):
        assert workload["spec"]["podManagementPolicy"] == "Parallel", workload["metadata"]["name"]


def test_no_job_is_a_hook(kind: Rendered) -> None:
    assert len(kind.of_kind("Job")) == 5
    assert not any("annotations" in job["metadata"] for job in kind.of_kind("Job"))


def test_first_files_are_delivered_only_where_there_are_none(kind: Rendered) -> None:
    labelled = [job["metadata"]["labels"]["app.kubernetes.io/component"] for job in kind.of_kind("Job")]
    job = kind.of_kind("Job")[labelled.index("sources")]
    told = [container["args"] for container in job["spec"]["template"]["spec"]["containers"]]
    assert told == [
        ["deliver", source, "--if-absent", "--wait=300", "--to", f"s3://sources/{source}"]
        for source in ("forex", "logistics")
    ]
