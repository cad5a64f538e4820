"""The image of Debezium's JDBC sink, named after what it is made of."""

import hashlib
import re
from pathlib import Path

from k8s import build_base, docker_build
from k8s.progress import Progress

_FOLDER = Path(__file__).parent / "debezium"
VERSION = re.findall(r"<debezium.version>(.*)</", (_FOLDER / "pom.xml").read_text())[0]


def ensure(progress: Progress) -> str:
    """Build the image where the engine lacks it; return its name."""
    base = build_base.ensure(progress)["BUILD_IMAGE"]
    digest = hashlib.sha256(base.encode())
    for file in sorted(_FOLDER.iterdir()):
        digest.update(file.read_bytes())
    reference = f"podflow/benchmark-debezium:{digest.hexdigest()[:12]}"
    if not docker_build.exists(reference):
        with progress.step(f"building {reference}"):
            docker_build.build(_FOLDER / "Dockerfile", _FOLDER, reference, {"BUILD_IMAGE": base})
    return reference
