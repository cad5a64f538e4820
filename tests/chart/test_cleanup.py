"""The CronJob that removes pods of tasks: what it may, what it knows, and how often it runs."""

from tests.chart.rendering import Manifest, Rendered, render

NAME = "podflow-task-cleanup"


def cron_job(rendered: Rendered) -> Manifest:
    spec: Manifest = rendered.get("CronJob", NAME)["spec"]
    return spec


def container(rendered: Rendered) -> Manifest:
    [only] = cron_job(rendered)["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    found: Manifest = only
    return found


def test_one_runs_at_a_time_and_the_last_ones_can_be_read(default: Rendered) -> None:
    spec = cron_job(default)
    assert spec["concurrencyPolicy"] == "Forbid"
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (1, 1)
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0


def test_the_values_say_when_and_with_what() -> None:
    resources = {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "2Mi"}}
    rendered = render({"tasks": {"failedPods": {"schedule": "5 * * * *", "resources": resources}}})
    assert cron_job(rendered)["schedule"] == "5 * * * *"
    assert container(rendered)["resources"] == resources


def test_it_asks_this_releases_api_server_as_its_first_user(default: Rendered) -> None:
    variables = {each["name"]: each for each in container(default)["env"]}
    service = default.get("Service", "podflow-airflow-api")
    assert variables["PODFLOW_AIRFLOW_URL"]["value"] == f"http://{service['metadata']['name']}:8080"
    secret = variables["ADMIN_PASSWORD"]["valueFrom"]["secretKeyRef"]
    assert default.get("Secret", secret["name"])["data"].keys() >= {"username", secret["key"]}


def test_it_knows_neither_keys_nor_databases(default: Rendered) -> None:
    assert "envFrom" not in container(default)


def test_its_pods_are_not_taken_for_those_of_tasks(default: Rendered) -> None:
    labels = cron_job(default)["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/component"] == "task-cleanup"
