from k8s.build_base import split_certificates

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"
OTHER = "-----BEGIN CERTIFICATE-----\nT3Ro\n-----END CERTIFICATE-----\n"


def test_certificates_are_divided_and_their_comments_dropped() -> None:
    bundle = f"# one\n{CERTIFICATE}\n# two\n{OTHER}{CERTIFICATE}"
    assert split_certificates(bundle) == [CERTIFICATE, OTHER]
