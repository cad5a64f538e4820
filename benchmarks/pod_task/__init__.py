"""What a task costs beyond its pod: a bare pod, KubernetesPodOperator and PodTask, measured in turn in one run."""
