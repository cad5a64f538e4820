import io
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from k8s import ca, image_builds, image_inputs, process, surroundings
from k8s.errors import CommandFailedError
from k8s.image_builds import Registry, UnknownImageError
from k8s.progress import Progress

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"
OTHER = "-----BEGIN CERTIFICATE-----\nT3Ro\n-----END CERTIFICATE-----\n"


class Engine:
    """Stands for the command line at the boundary: records commands, and knows which images exist."""

    def __init__(self) -> None:
        self.images = {"debian:trixie-slim"}
        self.in_node = ""
        self.commands: list[list[str]] = []
        self.contexts: list[list[str]] = []
        self.failing = ""
        self._lock = threading.Lock()

    def run(self, command: Sequence[str], log: Path, setting: process.Setting = process.DEFAULT) -> None:
        del setting
        with self._lock:
            self.commands.append(list(command))
            if command[1] == "build":
                reference = command[command.index("--tag") + 1]
                if self.failing and self.failing in reference:
                    raise CommandFailedError(command, "ended with code 1", "", log)
                self.images.add(reference)
                self.contexts.append(sorted(file.name for file in Path(command[-1]).iterdir()))

    def succeeds(self, command: Sequence[str], setting: process.Setting = process.DEFAULT) -> bool:
        del setting
        return command[-1] in self.images or command[1] == "version"

    def output(self, command: Sequence[str], setting: process.Setting = process.DEFAULT) -> str:
        del setting
        return self.in_node if command[1] == "exec" else "c0ffee\n"

    def built(self) -> list[str]:
        tags = [command[command.index("--tag") + 1] for command in self.commands if command[1] == "build"]
        return [tag.partition(":")[0].removeprefix("podflow/") for tag in tags]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    for name in ("run", "succeeds", "output"):
        monkeypatch.setattr(process, name, getattr(fake, name))
    monkeypatch.setattr(ca, "host_ca_bundle", lambda: None)
    return fake


@pytest.fixture
def progress() -> Iterator[Progress]:
    with Progress(stream=io.StringIO()) as shown:
        yield shown


def test_missing_images_are_built_upon_the_build_base(engine: Engine, progress: Progress) -> None:
    wanted = image_builds.ensure(["kafka", "postgres"], progress)
    assert engine.built()[:2] == ["python", "build"]
    assert sorted(engine.built()[2:]) == ["kafka", "postgres"]
    assert set(wanted.values()) <= engine.images
    (kafka,) = [command for command in engine.commands if "podflow/kafka" in " ".join(command)]
    assert any(argument.startswith("BUILD_IMAGE=podflow/build:") for argument in kafka)
    assert {"org.opencontainers.image.title=podflow/kafka", "org.opencontainers.image.revision=c0ffee-dirty"} <= set(
        kafka
    )


def test_the_debian_image_comes_first_where_there_is_none(
    engine: Engine, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODFLOW_SURROUNDINGS", "dockerhub")
    surroundings.detect.cache_clear()
    engine.images.clear()
    image_builds.ensure(["postgres"], progress)
    surroundings.detect.cache_clear()
    assert engine.commands[0] == ["docker", "pull", "debian:trixie-slim"]
    assert engine.built() == ["python", "build", "postgres"]


def test_an_image_that_exists_is_not_built_again(engine: Engine, progress: Progress) -> None:
    image_builds.ensure(["postgres"], progress)
    engine.commands.clear()
    image_builds.ensure(["postgres"], progress)
    assert engine.commands == []


def test_a_failed_build_is_told(engine: Engine, progress: Progress) -> None:
    engine.failing = "kafka"
    with pytest.raises(CommandFailedError, match="docker build"):
        image_builds.ensure(["kafka", "postgres"], progress)


def test_an_unknown_name_is_refused_with_the_known_ones(engine: Engine, progress: Progress) -> None:
    with pytest.raises(UnknownImageError, match=r"No image kafak: there are airflow, "):
        image_builds.ensure(["kafak"], progress)
    assert engine.commands == []


def test_host_certificates_reach_the_build_base_and_change_its_name(
    engine: Engine, progress: Progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_builds.ensure(["postgres"], progress)
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(CERTIFICATE + OTHER)
    monkeypatch.setattr(ca, "host_ca_bundle", lambda: bundle)
    engine.images = {image for image in engine.images if "postgres" not in image}
    image_builds.ensure(["postgres"], progress)

    assert (engine.built().count("python"), engine.built().count("build")) == (1, 2)
    assert {"host-000.crt", "host-001.crt"} <= set(engine.contexts[3])
    assert not list((image_inputs.ROOT / "images" / "build").glob("*.crt"))


def test_only_images_that_the_node_lacks_are_loaded(engine: Engine, progress: Progress) -> None:
    engine.in_node = "docker.io/podflow/kafka:1\n"
    image_builds.load("podflow", ["podflow/kafka:1", "podflow/ingest:2"], progress)
    save, load = engine.commands
    assert save[:3] == ["docker", "save", "--output"]
    assert save[4:] == ["podflow/ingest:2"]
    assert load == ["kind", "load", "image-archive", save[3], "--name", "podflow"]


def test_nothing_is_loaded_where_the_node_has_all(engine: Engine, progress: Progress) -> None:
    engine.in_node = "docker.io/podflow/kafka:1\n"
    image_builds.load("podflow", ["podflow/kafka:1"], progress)
    assert engine.commands == []


@pytest.mark.parametrize(
    ("registry", "expected"),
    [
        (Registry("registry.example/team"), "registry.example/team/podflow/kafka:0.1.0-abc"),
        (Registry("registry.example:5000/", "v7"), "registry.example:5000/podflow/kafka:v7"),
    ],
)
def test_a_pushed_image_keeps_its_repository(
    engine: Engine, progress: Progress, registry: Registry, expected: str
) -> None:
    image_builds.push(["podflow/kafka:0.1.0-abc"], registry, progress)
    assert engine.commands == [["docker", "tag", "podflow/kafka:0.1.0-abc", expected], ["docker", "push", expected]]


def test_helm_values_name_each_image_by_its_tag() -> None:
    tag = image_inputs.content_tag("postgres")
    assert image_builds.helm_values(["postgres"]) == f"images:\n  postgres: {{tag: {tag}}}\n"
    assert image_builds.helm_values(["postgres"], Registry("r.example", "v7")) == (
        "images:\n  registry: r.example\n  postgres: {tag: v7}\n"
    )
