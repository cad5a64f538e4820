"""What every image promises: who it runs as, what it holds, and that nothing of the build is left in it."""

import base64
import json
import re
import subprocess
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from k8s import build_base, ca, image_inputs

Image = Callable[[str], str]

NAMES = image_inputs.names()
PYTHON = ["airflow", "dbt", "ingest", "producer", "sources"]
COMMANDS = {
    "airflow": (["version"], "3.3.2"),
    "dbt": (["build", "--help"], "--select"),
    "ingest": (["--help"], "extract"),
    "kafka": (["kafka-topics.sh", "--version"], "4.3.1"),
    "objectstore": (["--version"], "v1.8.0"),
    "postgres": (["postgres", "--version"], "17."),
    "producer": (["orders", "--help"], "--seed"),
    "sources": (["serve", "--help"], "--port"),
}
MEBIBYTES = {
    "airflow": 540, "dbt": 260, "ingest": 330, "kafka": 310, "objectstore": 130, "postgres": 155, "producer": 170,
    "sources": 180,
}  # fmt: skip
BUILD_LEFTOVERS = re.compile(
    r"(^|/)bin/(pip3?|uvx?|gcc|mvn|go|javac|jlink)$"
    r"|^var/lib/apt/lists/.*_Packages|^var/cache/apt/.*\.(bin|deb)$|^root/\.(cache|m2)/|^root/go/"
    r"|site-packages/(pip|uv)/|site-packages/(.*/)?tests?/(.*/)?test_[^/]*\.py$"
)


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout


def _run(reference: str, *command: str, options: tuple[str, ...] = ()) -> str:
    """Run as the chart does: another uid than the image's, a read-only root, no capabilities, a writable /tmp."""
    hardened = ["--user", "12345:0", "--read-only", "--cap-drop=ALL", "--tmpfs", "/tmp", "--network", "none"]
    done = subprocess.run(
        ["docker", "run", "--rm", *hardened, *options, reference, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@cache
def _foreign_certificates() -> tuple[bytes, ...]:
    """Return a piece out of the middle of each certificate that this host's network added, as text and as bytes."""
    bundle = ca.host_ca_bundle()
    if bundle is None:
        return ()
    added = Path("/usr/local/share/ca-certificates").glob("**/*.crt")
    texts = [text for file in added for text in build_base.split_certificates(file.read_text())]
    bodies = ["".join(text.splitlines()[1:-1]) for text in texts]
    lines = [text.splitlines()[5].encode() for text in texts]
    return tuple(lines + [base64.b64decode(body)[200:260] for body in bodies])


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_as_a_user_without_rights_and_says_what_it_is(image: Image, name: str) -> None:
    configuration = json.loads(_docker("image", "inspect", "--format", "{{json .Config}}", image(name)))
    assert configuration["User"] == ("999:999" if name == "postgres" else "1000:1000")
    labels = configuration["Labels"]
    assert labels["org.opencontainers.image.title"] == f"podflow/{name}"
    assert labels["org.opencontainers.image.version"] == image_inputs.version()
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?|unknown|uncommitted-dirty", labels["org.opencontainers.image.revision"])


@pytest.mark.parametrize("name", NAMES)
def test_its_command_works_for_any_user_on_a_read_only_root(image: Image, name: str) -> None:
    command, expected = COMMANDS[name]
    options = ("--env", "AIRFLOW_HOME=/tmp") if name == "airflow" else ()
    assert expected in _run(image(name), *command, options=options)


def test_the_dbt_image_also_serves_the_docs(image: Image) -> None:
    assert "--target" in _run(image("dbt"), "--help", options=("--entrypoint", "podflow-dbt-docs"))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_build_is_left_in_it(image: Image, name: str) -> None:
    container = _docker("create", image(name)).strip()
    try:
        export = subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE)
        with export, tarfile.open(fileobj=export.stdout, mode="r|") as files:
            for file in files:
                assert not BUILD_LEFTOVERS.search(file.name), file.name
                content = files.extractfile(file) if file.isfile() else None
                data = content.read() if content else b""
                assert not any(piece in data for piece in _foreign_certificates()), file.name
    finally:
        _docker("rm", container)


@pytest.mark.parametrize("name", PYTHON)
def test_its_python_is_byte_compiled_whatever_the_file_times_are(image: Image, name: str) -> None:
    """A source of site-packages without current byte code would be compiled anew at each start."""
    script = (
        "import importlib.util, pathlib, sys, sysconfig\n"
        "for source in pathlib.Path(sysconfig.get_path('purelib')).rglob('*.py'):\n"
        "    code = pathlib.Path(importlib.util.cache_from_source(str(source)))\n"
        "    if not code.exists() or code.read_bytes()[4:8] != bytes([1, 0, 0, 0]): print(source)\n"
    )
    stale = _run(image(name), "-c", script, options=("--entrypoint", "python")).split()
    # Templates in packages that are no valid Python by themselves cannot be compiled.
    assert len(stale) <= 5, stale[:20]


@pytest.mark.parametrize("name", NAMES)
def test_it_stays_small(image: Image, name: str) -> None:
    size = int(_docker("image", "inspect", "--format", "{{.Size}}", image(name)))
    assert size <= MEBIBYTES[name] * 2**20, f"{size / 2**20:.0f} MiB"


def test_dbt_holds_the_parse_of_both_targets(image: Image) -> None:
    baked = [f"dbt/target/{target}/partial_parse.msgpack" for target in ("dev", "pro")]
    _run(image("dbt"), *baked, options=("--entrypoint", "stat"))


def test_kafka_maps_its_classes_from_the_archive(image: Image) -> None:
    """-Xshare:on makes the JVM fail where the archive does not fit the class path."""
    assert "4.3.1" in _run(image("kafka"), "kafka-topics.sh", "--version", options=("--env", "KAFKA_OPTS=-Xshare:on"))


def test_the_main_process_of_airflow_is_airflow(image: Image) -> None:
    entry = json.loads(_docker("image", "inspect", "--format", "{{json .Config.Entrypoint}}", image("airflow")))
    assert entry == ["airflow"]
