"""Dataset declarations: the models behind dags/catalog/*.yml and behind a pod's first argument."""
