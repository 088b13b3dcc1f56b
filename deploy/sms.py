"""How the account sends text messages: what CloudFormation has no resource for.

SNS keeps these settings for an account and region, not for a stack: only the stage with AccountSettings decides.
"""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def configure(sns: "SNSClient", monthly_spend_usd: str, log_role: str) -> tuple[bool, str]:
    """Limit the monthly spend and log what is not delivered; returns success, and a line for the operator.

    Successes are not logged: each would tell who signed in when.

    AWS refuses a limit above the account's quota, which then goes on to hold: nothing costs more than was asked for.
    """
    try:
        sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
        sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": log_role, "DeliveryStatusSuccessSamplingRate": "0"})
        sns.set_sms_attributes(attributes={"MonthlySpendLimit": monthly_spend_usd})
    except ClientError as error:
        told = error.response["Error"]
        if told["Code"] in {"InvalidParameter", "InvalidParameterException"}:
            return True, (
                f"Text messages: AWS does not accept a limit of {monthly_spend_usd} USD a month; the account's own "
                f"quota holds until AWS Support raises it (service: SNS text messaging). It said: {told['Message']}"
            )
        return False, f"Text messages: the monthly limit could not be set: {told['Message']}"
    except BotoCoreError as error:
        return False, f"Text messages: the monthly limit could not be set: {error}"
    return True, f"Text messages: at most {monthly_spend_usd} USD a month in this account and region."
