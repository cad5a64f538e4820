"""Runs in the scheduler's pod: the same try of a fault DAG's task once more, as a second task process would run it.

Airflow itself refuses to start a try twice, but not one whose first process only seems to be dead. Reads from standard
input {"dag": "once", "run_id": ..., "arguments": [...]}, says what the task returned.
"""

import importlib.util
import json
import sys
from types import SimpleNamespace
from typing import Any

FILE = "/opt/airflow/bundles/faults/faults.py"


def execute(dag_name: str, run_id: str, arguments: list[str]) -> Any:
    """Execute the task `pod` in this process; return what Airflow would push as XCom."""
    spec = importlib.util.spec_from_file_location("faults", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    dag = getattr(module, dag_name)
    task = dag.get_task("pod")
    task.arguments = arguments
    instance = SimpleNamespace(
        dag_id=dag.dag_id,
        run_id=run_id,
        task_id="pod",
        map_index=-1,
        try_number=1,
        xcom_push=lambda **_: None,
    )
    context = {"ti": instance, "task": task, "dag": dag, "run_id": run_id}
    # Without the check that only Airflow's task runner calls it.
    return type(task).execute.__wrapped__(task, context)


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    print("returned", json.dumps(execute(told["dag"], told["run_id"], told["arguments"])))
