"""What is asked of a deployed stack."""

from typing import Any

import pytest

from deploy.stack import NotDeployedError, output, parameter
from tests.deploy.clouds import Stacks


def test_parameter_is_the_stages_own() -> None:
    """A parameter is read from the stack that is named after the stage."""
    stacks: Any = Stacks({"bedside-prod": {"SmsCountries": "NZ"}, "bedside-staging": {"SmsCountries": "US"}})
    assert parameter(stacks, "prod", "SmsCountries") == "NZ"


def test_output_is_read_by_its_name() -> None:
    """A table's name comes from the stack, since it may have a suffix; a stack without the output is named."""
    stacks: Any = Stacks({"bedside-prod": {}}, {"AuditTableName": "bedside-audit-prod-2"})
    assert output(stacks, "prod", "AuditTableName") == "bedside-audit-prod-2"
    with pytest.raises(NotDeployedError, match="bedside-prod has no output IdentityTableName"):
        output(stacks, "prod", "IdentityTableName")


@pytest.mark.parametrize(("stage", "missing"), [("staging", "no stack bedside-staging"), ("prod", "SmsCountries")])
def test_what_is_not_deployed_is_named(stage: str, missing: str) -> None:
    """A stack that is not there, or is of a version without the parameter, is told in words."""
    stacks: Any = Stacks({"bedside-prod": {}})
    with pytest.raises(NotDeployedError, match=missing):
        parameter(stacks, stage, "SmsCountries")
