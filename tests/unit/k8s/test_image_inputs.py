from pathlib import Path

import pytest

from k8s import image_inputs
from k8s.image_inputs import DockerfileError, content_tag, copied_sources, names, paths

DOCKERFILE = """\
ARG BUILD_IMAGE=podflow/build:latest
FROM ${BUILD_IMAGE} AS build
COPY images/one/requirements.txt \\
     src /build/
FROM debian:trixie-slim
COPY --from=build /opt/venv /opt/venv
COPY --chown=1000 dags /opt/dags
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for file, content in {
        "pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "images/python/Dockerfile": "FROM debian:trixie-slim\n",
        "images/build/Dockerfile": "FROM debian:trixie-slim\n",
        "images/one/Dockerfile": DOCKERFILE,
        "images/one/requirements.txt": "a==1\n",
        "src/a.py": "A = 1\n",
        "dags/d.py": "D = 1\n",
        "other/o.py": "O = 1\n",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(content)
    return tmp_path


def test_copies_from_the_context_are_inputs_and_copies_from_stages_are_not() -> None:
    assert list(copied_sources(DOCKERFILE)) == ["images/one/requirements.txt", "src", "dags"]


def test_the_tag_is_the_version_and_twelve_hex_digits(root: Path) -> None:
    version, _, digits = content_tag("one", root).partition("-")
    assert version == "1.2.3"
    assert len(digits) == 12
    assert int(digits, 16) >= 0


@pytest.mark.parametrize(
    "file", ["src/a.py", "src/new.py", "dags/d.py", "images/one/Dockerfile", "images/one/requirements.txt",
             "images/python/Dockerfile", "images/build/Dockerfile"]
)  # fmt: skip
def test_a_changed_input_changes_the_tag(root: Path, file: str) -> None:
    before = content_tag("one", root)
    with (root / file).open("a") as opened:
        opened.write("# changed\n")
    assert content_tag("one", root) != before


def test_a_renamed_file_changes_the_tag(root: Path) -> None:
    before = content_tag("one", root)
    (root / "src/a.py").rename(root / "src/b.py")
    assert content_tag("one", root) != before


def test_an_executable_file_changes_the_tag(root: Path) -> None:
    before = content_tag("one", root)
    (root / "src/a.py").chmod(0o755)
    assert content_tag("one", root) != before


@pytest.mark.parametrize("file", ["other/o.py", "src/__pycache__/a.pyc", "src/README.md"])
def test_what_no_image_holds_leaves_the_tag_alone(root: Path, file: str) -> None:
    before = content_tag("one", root)
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text("changed")
    assert content_tag("one", root) == before


def test_the_bases_are_no_images_of_their_own(root: Path) -> None:
    assert names(root) == ["one"]


def test_a_copied_path_that_is_missing_is_named(root: Path) -> None:
    (root / "dags/d.py").unlink()
    (root / "dags").rmdir()
    with pytest.raises(DockerfileError, match=r"images/one/Dockerfile copies dags"):
        paths("one", root)


def test_what_the_tag_leaves_out_is_left_out_of_the_build_context_too() -> None:
    ignored = (image_inputs.ROOT / ".dockerignore").read_text().splitlines()
    assert {"**/__pycache__", "**/*.md", "dbt/logs", "dbt/target"} <= set(ignored)


def test_every_path_that_an_image_copies_is_allowed_into_the_build_context() -> None:
    lines = (image_inputs.ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    for name in names():
        dockerfile = image_inputs.ROOT / "images" / name / "Dockerfile"
        assert {source.split("/")[0] for source in copied_sources(dockerfile.read_text())} <= allowed
