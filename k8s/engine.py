"""The Docker engine: found, or on Debian as root installed and started so that it outlives this command."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from k8s import apt, host, process
from k8s.errors import ClusterError, CommandFailedError, HostNotReadyError
from k8s.progress import Progress

RUNTIME_NAME = "podflow"
_WRAPPER = "podflow-runtime"
_START_SECONDS = 60.0
_PID_FILES = (Path("/var/run/docker.pid"), Path("/var/run/docker/containerd/containerd.pid"))
_DATA = Path("/var/lib/docker")
_HOST_CONFIGURATION = Path("/etc/docker/daemon.json")


def is_running() -> bool:
    """Say whether `docker` reaches an engine."""
    return process.succeeds(["docker", "version", "--format", "{{.Server.Version}}"], process.Setting(seconds=15))


def data_directory() -> Path:
    """Return where an engine on this host keeps its images; the default one where none answers."""
    try:
        return Path(process.output(["docker", "info", "--format", "{{.DockerRootDir}}"]).strip() or _DATA)
    except CommandFailedError:
        return _DATA


def ensure(progress: Progress) -> None:
    """Return with an engine that answers; raises HostNotReadyError where only the user can start one."""
    if is_running():
        _restore_runtime_wrapper()
        return
    log = host.cache_directory() / "logs" / "engine.log"
    if not host.is_root():
        raise HostNotReadyError("No Docker engine answers: start it, or add yourself to the group `docker`")
    if not _is_installed():
        with progress.step("Docker engine: installing Debian's docker.io"):
            _install(log)
    with progress.step("Docker engine: starting"):
        _start(log)


def configuration(mtu: int, runtime: Path | None, base: dict[str, Any]) -> dict[str, Any]:
    """Return the daemon's configuration: the host's own `base`, the link's MTU, and a runtime where needed."""
    wanted: dict[str, Any] = {"mtu": mtu}
    if runtime is not None:
        runtimes = {**base.get("runtimes", {}), RUNTIME_NAME: {"path": str(runtime)}}
        wanted |= {"runtimes": runtimes, "default-runtime": RUNTIME_NAME}
    return {**base, **wanted}


def remove_stale_pid_files(files: tuple[Path, ...] = _PID_FILES, processes: Path = Path("/proc")) -> None:
    """Remove pid files whose process is gone, or is another program by now: dockerd would refuse to start."""
    for file in files:
        if not file.exists():
            continue
        name = processes / file.read_text().strip() / "comm"
        if not name.exists() or name.read_text().strip() not in {"dockerd", "containerd"}:
            file.unlink()


def _is_installed() -> bool:
    path = host.search_path()
    return bool(shutil.which("dockerd", path=path) and shutil.which("docker", path=path))


def _install(log: Path) -> None:
    if not apt.can_install():
        raise HostNotReadyError("No Docker engine is installed: install one (docs.docker.com/engine/install)")
    packages = {"docker.io", "iptables", "ca-certificates"}
    if not shutil.which("docker") and apt.knows("docker-cli"):  # trixie has the client in a package of its own
        packages.add("docker-cli")
    apt.install(packages, log)


def _start(log: Path) -> None:
    if host.has_systemd():
        process.run(["systemctl", "start", "docker"], log)
    else:
        remove_stale_pid_files()
        process.start_detached(["dockerd", "--config-file", str(_write_configuration())], log)
    deadline = time.monotonic() + _START_SECONDS
    while not is_running():
        if time.monotonic() > deadline:
            raise ClusterError(f"The Docker engine did not start within {_START_SECONDS:.0f} s; see {log}")
        time.sleep(0.5)


def _restore_runtime_wrapper() -> None:
    # Deleting the cache takes the runtime from under an engine that runs on.
    if (_directory() / _WRAPPER).exists():
        return
    if process.output(["docker", "info", "--format", "{{.DefaultRuntime}}"]).strip() == RUNTIME_NAME:
        install_runtime_wrapper(_directory())


def _directory() -> Path:
    return host.cache_directory() / "engine"


def _write_configuration() -> Path:
    directory = _directory()
    directory.mkdir(parents=True, exist_ok=True)
    base = json.loads(_HOST_CONFIGURATION.read_text()) if _HOST_CONFIGURATION.exists() else {}
    lacks_capability = not host.may_have_capability(host.CAP_SYS_RESOURCE)
    runtime = install_runtime_wrapper(directory) if lacks_capability else None
    file = directory / "daemon.json"
    file.write_text(json.dumps(configuration(host.default_route_mtu(), runtime, base), indent=2))
    return file


def install_runtime_wrapper(directory: Path) -> Path:
    """Write the OCI runtime wrapper as an executable of its own and return its path."""
    source = Path(__file__).with_name("runtime_wrapper.py").read_text()
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / _WRAPPER
    temporary = target.with_suffix(".new")
    # -I and -S: neither the user's packages nor the site's, so that it starts within 20 ms.
    temporary.write_text(f"#!{os.path.realpath(sys.executable)} -IS\n{source}")
    temporary.chmod(0o755)
    temporary.replace(target)
    return target
