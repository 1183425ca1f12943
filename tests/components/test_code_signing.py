from __future__ import annotations

from tests.components.test_stack_config import AWS, EMULATED, problems, read
from tests.recorded_program import Recorded, recorded, run, stack_config

PROFILE = "arn:aws:signer:us-east-1:222222222222:/signing-profiles/ours/aBcDeFgHiJ"
SIGNING = "aws:lambda/codeSigningConfig:CodeSigningConfig"
FUNCTION = "aws:lambda/function:Function"


def signing(wanted: dict[str, object]) -> Recorded:
    """Run the program as it runs against AWS."""
    return run("prod", stack_config("prod", code_signing=wanted), environ={})


def test_every_function_names_the_one_configuration_of_its_stack() -> None:
    found = signing({"publishers": [PROFILE], "enforced": True})
    made = found.one(SIGNING, "code-signing").inputs
    assert made["allowedPublishers"] == {"signingProfileVersionArns": [PROFILE]}
    assert made["policies"] == {"untrustedArtifactOnDeployment": "Enforce"}
    arns = {it.inputs["codeSigningConfigArn"] for it in found.of(FUNCTION)}
    assert arns == {"arn:aws:test:us-east-1:1:code-signing"}


def test_unsigned_code_is_counted_unless_the_stack_refuses_it() -> None:
    found = signing({"publishers": [PROFILE]})
    made = found.one(SIGNING, "code-signing").inputs
    assert made["policies"] == {"untrustedArtifactOnDeployment": "Warn"}


def test_a_rehearsal_leaves_it_out() -> None:
    found = run("prod", stack_config("prod", code_signing={"publishers": [PROFILE]}))
    assert found.of(SIGNING) == ()


def test_a_stack_that_names_nobody_makes_none() -> None:
    found = recorded("prod")
    assert found.of(SIGNING) == ()
    assert {it.inputs.get("codeSigningConfigArn") for it in found.of(FUNCTION)} == {None}


def test_publishers_are_versions_of_signing_profiles() -> None:
    assert read("prod", AWS, code_signing={"publishers": [PROFILE]}).code_signing is not None
    unversioned: dict[str, object] = {"publishers": [PROFILE.rpartition("/")[0]]}
    cases: tuple[dict[str, object], ...] = (
        {"publishers": []},
        {"publishers": [PROFILE] * 21},
        unversioned,
        {},
    )
    for wrong in cases:
        assert any("publishers" in key for key in problems("prod", AWS, code_signing=wrong))


def test_a_stack_for_the_emulator_has_none() -> None:
    found = problems("local", EMULATED, code_signing={"publishers": [PROFILE]})
    assert "signs nothing" in found["code_signing"].expected
