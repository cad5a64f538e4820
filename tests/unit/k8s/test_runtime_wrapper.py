import json
import os
import subprocess
from pathlib import Path

import pytest

from k8s import engine, runtime_wrapper


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    capabilities = {"bounding": ["CAP_KILL", "CAP_SYS_RESOURCE"], "effective": ["CAP_SYS_RESOURCE"]}
    config = {"ociVersion": "1.0.2", "process": {"args": ["sh"], "capabilities": capabilities}, "root": {"path": "r"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


@pytest.mark.parametrize("option", ["--bundle {}", "-b {}", "--bundle={}"])
@pytest.mark.parametrize("command", ["create", "run"])
def test_bundle_is_found_behind_global_options(command: str, option: str) -> None:
    arguments = f"--root /r --log /l --log-format json {command} {option.format('/some/bundle')} --pid-file p id"
    assert runtime_wrapper.document_of(arguments.split()) == Path("/some/bundle/config.json")


def test_bundle_defaults_to_the_working_directory() -> None:
    assert runtime_wrapper.document_of(["run", "id"]) == Path("config.json")


def test_exec_names_its_process_file() -> None:
    assert runtime_wrapper.document_of(["--root", "/r", "exec", "--process", "/p", "id"]) == Path("/p")


@pytest.mark.parametrize("arguments", [["delete", "id"], ["state", "id"], ["--version"], ["exec", "id", "sh"]])
def test_other_calls_read_no_document(arguments: list[str]) -> None:
    assert runtime_wrapper.document_of(arguments) is None


def test_capability_leaves_every_set_of_a_bundle_and_nothing_else_changes(bundle: Path) -> None:
    before = json.loads((bundle / "config.json").read_text())
    runtime_wrapper.rewrite(bundle / "config.json", is_process=False)
    after = json.loads((bundle / "config.json").read_text())
    assert after["process"].pop("capabilities") == {"bounding": ["CAP_KILL"], "effective": []}
    before["process"].pop("capabilities")
    assert after == before


def test_capability_leaves_a_process_file(tmp_path: Path) -> None:
    document = tmp_path / "process.json"
    document.write_text(json.dumps({"args": ["ls"], "capabilities": {"permitted": ["CAP_SYS_RESOURCE"]}}))
    runtime_wrapper.rewrite(document, is_process=True)
    assert json.loads(document.read_text()) == {"args": ["ls"], "capabilities": {"permitted": []}}


def test_process_without_capabilities_stays_as_it_is() -> None:
    assert runtime_wrapper.without_capability({"args": ["ls"]}) == {"args": ["ls"]}


def test_installed_wrapper_hands_its_arguments_over_to_runc(bundle: Path, tmp_path: Path) -> None:
    runc = tmp_path / "bin" / "runc"
    runc.parent.mkdir()
    runc.write_text('#!/bin/sh\necho "$@"\n')
    runc.chmod(0o755)
    wrapper = engine.install_runtime_wrapper(tmp_path)
    arguments = ["--root", "/r", "create", "--bundle", str(bundle), "id"]
    environment = {**os.environ, "PATH": f"{runc.parent}:{os.environ['PATH']}"}
    printed = subprocess.run([wrapper, *arguments], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.split() == arguments
    assert "CAP_SYS_RESOURCE" not in (bundle / "config.json").read_text()
