"""Runs podflow's dbt project as a task pod: one command, its counts as the result, its artifacts kept."""
