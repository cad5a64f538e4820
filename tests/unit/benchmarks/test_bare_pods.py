from benchmarks.pod_task.bare_pods import manifest

MODEL = {
    "metadata": {
        "name": "of-a-task",
        "uid": "u",
        "labels": {"app.kubernetes.io/component": "task", "podflow.dev/task-instance": "i", "run_id": "r"},
        "annotations": {"podflow.dev/run-id": "r"},
    },
    "spec": {"nodeName": "n", "containers": [{"name": "base", "resources": {"limits": {"cpu": "1"}}}]},
    "status": {"phase": "Pending"},
}


def test_bare_pod_has_the_specification_of_the_tasks_pod() -> None:
    made = manifest(MODEL, "bare")
    assert made["spec"] == {"containers": [{"name": "base", "resources": {"limits": {"cpu": "1"}}}]}


def test_bare_pod_cannot_be_taken_for_a_tasks() -> None:
    assert manifest(MODEL, "bare")["metadata"] == {"name": "bare", "labels": {"app.kubernetes.io/component": "task"}}


def test_model_stays_as_it_is() -> None:
    manifest(MODEL, "bare")["spec"]["containers"].clear()
    assert MODEL["spec"]["containers"]  # type: ignore[index]
