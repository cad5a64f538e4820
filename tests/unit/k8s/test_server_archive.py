import io
import json
import tarfile
from pathlib import Path

from k8s import server_archive


def _saved(path: Path, manifest: list[dict[str, object]], layers: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in {**layers, "manifest.json": json.dumps(manifest).encode(), "repositories": b"{}"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


def test_repositories_come_first_with_whole_names_and_what_kind_shall_not_pull(tmp_path: Path) -> None:
    manifest: list[dict[str, object]] = [
        {"Config": "a.json", "RepoTags": ["registry.example/kube-proxy:v1", "registry.example/kubelet:v1"]},
        {"Config": "b.json", "RepoTags": ["kindest/helper:v2"]},
    ]
    saved = _saved(tmp_path / "saved.tar", manifest, {"layer/layer.tar": b"bytes"})
    target = tmp_path / "images.tar"
    server_archive.write_image_archive(saved, target, ["docker.io/kindest/net:v3"])
    with tarfile.open(target) as archive:
        assert archive.getnames() == ["repositories", "layer/layer.tar", "manifest.json"]
        assert json.loads(_content(archive, "repositories")) == {
            "registry.example/kube-proxy": {"v1": ""},
            "registry.example/kubelet": {"v1": ""},
            "docker.io/kindest/helper": {"v2": ""},
            "docker.io/kindest/net": {"v3": ""},
        }
        assert json.loads(_content(archive, "manifest.json")) == manifest
        assert _content(archive, "layer/layer.tar") == b"bytes"


def test_release_archive_is_laid_out_as_kind_reads_it(tmp_path: Path) -> None:
    images, one = tmp_path / "images.tar", tmp_path / "one.tar"
    images.write_bytes(b"all")
    one.write_bytes(b"one")
    target = tmp_path / "server.tar.gz"
    server_archive.write_server_archive(target, "1.34.4", ["kubelet"], images, one)
    with tarfile.open(target, "r:gz") as archive:
        directory = "kubernetes/server/bin"
        assert _content(archive, "kubernetes/version") == b"v1.34.4"
        assert _content(archive, f"{directory}/kubelet").endswith(b'exec /usr/local/bin/kubernetes kubelet "$@"\n')
        assert archive.getmember(f"{directory}/kubelet").mode == 0o755
        assert _content(archive, f"{directory}/kube-apiserver.tar") == b"all"
        for server in ("kube-controller-manager", "kube-scheduler", "kube-proxy"):
            assert _content(archive, f"{directory}/{server}.tar") == b"one"
    assert [file.name for file in tmp_path.glob("*.new")] == []
