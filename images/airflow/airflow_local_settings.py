"""Imports ahead what forked processes need; Airflow imports this file at the start of every component.

A task's process is forked from the scheduler, one that parses a DAG file from the dag-processor, and both find in
memory what their parent has imported: without this, each would read 2,000 modules before it runs a line of a DAG. In
the dag-processor, which parses every file twice a minute, that takes three quarters of its CPU (17 m instead of 71 m
for two files) for 70 MiB. The list is what an audit hook (`import` events after the fork) saw processes of PodTask
load. Nothing imported here may connect or start a thread, neither survives a fork; tests/unit/airflow sees to that.
"""

import importlib
import logging
import os

# Airflow would take every other name in here for one of its settings.
__all__: list[str] = []

PRELOADED = (
    # The operator and all of the Kubernetes client.
    "podflow_dags.pod_task",
    # The process that starts, watches and reports for a task's process.
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk._shared.logging.factory",
    "airflow.sdk._shared.logging.remote",
    # Templates and connections, which a task's process loads when it renders its fields.
    "airflow.sdk.execution_time.cache",
    "jinja2.ext",
)


def preload() -> None:
    """Import the modules; one that fails costs time in each process, and is no reason not to start."""
    try:
        for module in PRELOADED:
            importlib.import_module(module)
        # Reading the public certificates takes 0.1 s of CPU; the class keeps what it made of them.
        importlib.import_module("airflow.sdk.api.client").Client(base_url="http://nowhere", token="").close()
    except ImportError as error:
        logging.getLogger(__name__).warning("tasks start slower than they could: %s", error)


if os.environ.get("PODFLOW_PRELOAD") == "true":
    preload()
