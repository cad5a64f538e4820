from pathlib import Path

from k8s import ca


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("-----BEGIN CERTIFICATE-----")
    return path


def test_no_bundle_where_nobody_added_an_authority(tmp_path: Path) -> None:
    system = _file(tmp_path / "system.crt")
    assert ca.choose_bundle({"SSL_CERT_FILE": system}, tmp_path / "added", (system,)) is None


def test_systems_bundle_where_an_administrator_added_an_authority(tmp_path: Path) -> None:
    system = _file(tmp_path / "system.crt")
    _file(tmp_path / "added" / "company" / "root.crt")
    assert ca.choose_bundle({}, tmp_path / "added", (tmp_path / "absent", system)) == system


def test_bundle_that_the_environment_names_wins(tmp_path: Path) -> None:
    system, own = _file(tmp_path / "system.crt"), _file(tmp_path / "own.pem")
    _file(tmp_path / "added" / "root.crt")
    settings = {"PIP_CERT": tmp_path / "absent", "SSL_CERT_FILE": own}
    assert ca.choose_bundle(settings, tmp_path / "added", (system,)) == own
