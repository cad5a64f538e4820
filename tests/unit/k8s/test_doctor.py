from dataclasses import replace
from pathlib import Path

import pytest

from k8s import doctor
from k8s.doctor import Facts, Finding, Weight

_GOOD = Facts(
    has_engine=True,
    may_install=False,
    cores=4,
    memory=16.0,
    disk=100.0,
    ca_bundle=None,
    has_sys_resource=True,
    legacy_cgroups=False,
    reaches_docker_hub=True,
)


def _finding(facts: Facts, subject: str) -> Finding:
    return next(finding for finding in doctor.judge(facts) if finding.subject == subject)


def test_good_machine_has_no_more_to_read_than_ok() -> None:
    assert {finding.weight for finding in doctor.judge(_GOOD)} == {Weight.WELL}


@pytest.mark.parametrize(
    ("facts", "subject", "remedy"),
    [
        (replace(_GOOD, has_engine=False), "Docker engine", "start it"),
        (replace(_GOOD, cores=1), "cores", "needed are 2"),
        (replace(_GOOD, memory=3.9), "memory", "give the machine more"),
        (replace(_GOOD, disk=9.0), "disk", "docker system prune"),
    ],
)
def test_what_up_cannot_get_past_blocks_with_a_remedy(facts: Facts, subject: str, remedy: str) -> None:
    blocking = doctor.blocking(doctor.judge(facts))
    assert [finding.subject for finding in blocking] == [subject]
    assert remedy in blocking[0].text


def test_missing_engine_does_not_block_where_up_may_install_one() -> None:
    finding = _finding(replace(_GOOD, has_engine=False, may_install=True), "Docker engine")
    assert finding.weight is Weight.MENDED


@pytest.mark.parametrize(
    ("facts", "subject", "text"),
    [
        (replace(_GOOD, ca_bundle=Path("/own.pem")), "TLS", "/own.pem"),
        (replace(_GOOD, has_sys_resource=False), "CAP_SYS_RESOURCE", "runtime"),
        (replace(_GOOD, legacy_cgroups=True), "cgroups", "version 1"),
        (replace(_GOOD, reaches_docker_hub=False), "images", "NetworkPolicies but does not enforce"),
    ],
)
def test_what_works_otherwise_is_told_and_does_not_block(facts: Facts, subject: str, text: str) -> None:
    finding = _finding(facts, subject)
    assert finding.weight is Weight.NOTE
    assert text in finding.text


def test_every_finding_is_one_line() -> None:
    for facts in (_GOOD, replace(_GOOD, has_engine=False, cores=1, memory=1.0, disk=1.0, legacy_cgroups=True)):
        assert all("\n" not in str(finding) for finding in doctor.judge(facts))
