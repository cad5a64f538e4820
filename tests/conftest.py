"""Airflow reads its configuration when it is imported: whatever test imports it first, it finds a home of its own."""

import json
import os
import tempfile
from pathlib import Path

_HOME = tempfile.TemporaryDirectory(prefix="podflow-airflow-")
os.environ["AIRFLOW_HOME"] = _HOME.name
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__SCHEDULER__CREATE_CRON_DATA_INTERVALS"] = "True"
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
# As in the chart: DAGs come from the folder itself.
os.environ["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"] = json.dumps(
    [
        {
            "name": "podflow",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(Path(__file__).parent.parent / "dags")},
        }
    ]
)
os.environ.pop("PODFLOW_TASKS_FILE", None)
