"""The account's settings for text messages."""

from typing import Any

import boto3
from botocore.exceptions import NoCredentialsError
from moto import mock_aws

from deploy import sms
from tests.deploy.clouds import TextMessages

ROLE = "arn:aws:iam::123456789012:role/bedside-prod-SmsLogRole"
# Failures only: a success would tell who signed in when.
LOGGED = {"DeliveryStatusIAMRole": ROLE, "DeliveryStatusSuccessSamplingRate": "0"}


def test_limit_and_type_are_set() -> None:
    """The monthly limit and the type of messages stand in the account afterwards."""
    with mock_aws():
        sns: Any = boto3.client("sns", region_name="us-east-1")
        well, line = sms.configure(sns, "50", ROLE)
        kept = sns.get_sms_attributes()["attributes"]
    assert (well, kept) == (True, {"DefaultSMSType": "Transactional", "MonthlySpendLimit": "50", **LOGGED})
    assert "50 USD a month" in line


def test_limit_above_the_quota_is_told_in_one_line() -> None:
    """Where AWS refuses the limit the deployment is still good: the lower quota holds, and the line says what to do."""
    account: Any = TextMessages(quota=1)
    well, line = sms.configure(account, "50", ROLE)
    assert well
    assert account.attributes == {"DefaultSMSType": "Transactional", **LOGGED}
    assert "AWS Support" in line
    assert "\n" not in line


def test_limit_that_could_not_be_set_is_a_failure() -> None:
    """Without the right to set it, or without AWS, nobody knows what messages may cost: that is no success."""
    well, line = sms.configure(TextMessages(allowed=False), "50", ROLE)  # type: ignore[arg-type]  # a fake
    assert not well
    assert "not authorized" in line

    class Away:
        def set_sms_attributes(self, **_: object) -> None:
            raise NoCredentialsError

    well, line = sms.configure(Away(), "50", ROLE)  # type: ignore[arg-type]  # a fake
    assert not well
    assert "credentials" in line
