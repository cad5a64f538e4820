"""Airflow reads its configuration when it is imported: whatever test imports it first, it finds a home of its own."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="podflow-airflow-")
os.environ["AIRFLOW_HOME"] = _HOME.name
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__SCHEDULER__CREATE_CRON_DATA_INTERVALS"] = "True"
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "WARNING"
os.environ.pop("PODFLOW_TASKS_FILE", None)
