"""The local cluster: from a bare machine to a Kubernetes cluster in one command.

Runs with the system's Python and nothing else (standard library only): `python3 -m k8s up`.
"""
