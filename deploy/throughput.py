"""How many secrets the account's functions can read at once: what CloudFormation has no resource for.

SSM keeps the setting for an account and region, like SNS its own: only the stage with AccountSettings decides.
"""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_SETTING: Final = "/ssm/parameter-store/high-throughput-enabled"


def raise_limit(ssm: "SSMClient") -> tuple[bool, str]:
    """Let SSM serve many environments that start at once; returns success, and a line for the operator.

    AWS charges for each request then, and an environment makes one.
    """
    try:
        ssm.update_service_setting(SettingId=_SETTING, SettingValue="true")
    except (ClientError, BotoCoreError) as error:
        return False, f"Secrets: SSM's higher throughput could not be enabled: {error}"
    return True, "Secrets: SSM serves this account and region with higher throughput."
