"""The certificate authority of a network that re-signs TLS, so that builds in containers can trust it."""

from __future__ import annotations

from pathlib import Path

from k8s import host

_ADDED_BY_ADMINISTRATOR = Path("/usr/local/share/ca-certificates")
_SYSTEM_BUNDLES = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt"))


def host_ca_bundle() -> Path | None:
    """Return the CA bundle that builds must trust, or None where the public one does.

    A host of such a network has its authority among the locally added certificates, and then in the
    system's bundle, or names a bundle of its own in SSL_CERT_FILE, PIP_CERT or the like.
    """
    return choose_bundle(host.certificate_settings(), _ADDED_BY_ADMINISTRATOR, _SYSTEM_BUNDLES)


def choose_bundle(settings: dict[str, Path], added_certificates: Path, system_bundles: tuple[Path, ...]) -> Path | None:
    """Choose among the bundles that the environment names and, where authorities were added, the system's."""
    for named in settings.values():
        if named.is_file() and named not in system_bundles:
            return named
    added = added_certificates.is_dir() and any(added_certificates.glob("**/*.crt"))
    if added:
        return next((bundle for bundle in system_bundles if bundle.is_file()), None)
    return None
