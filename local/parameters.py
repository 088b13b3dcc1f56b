"""What the template is deployed with: its parameters, and the secrets in the Parameter Store."""

from collections.abc import Mapping

from local.cloud import Emulator
from local.deployment import STACK, architecture, client
from local.outside import MAIL_DOMAIN, Outside
from local.patches.api_id import api_id
from local.settings import Settings

STAGE = "local"
LIVE_STAGE = "live"
# The template's defaults; FAST=1 divides them.
_WAITS = {
    "NoShowSeconds": 600,
    "GraceSeconds": 120,
    "WarningSeconds": 2400,
    "LimitSeconds": 2700,
    "RecordingOverdueSeconds": 3600,
}


def template_parameters(chosen: Settings, emulator: Emulator, outside: Outside) -> dict[str, str]:
    """Return the parameters of a run's stack."""
    live = f"{emulator.endpoint}/_aws/execute-api/{api_id(STACK, 'LiveApi')}/{LIVE_STAGE}"
    return {
        "Stage": STAGE,
        "PublicOrigin": chosen.origin,
        "LiveUrl": chosen.live_url,
        "LiveEndpoint": live,
        "StorageOrigin": chosen.origin,
        "Architecture": architecture(),
        **outside.parameters(),
        **{name: str(seconds // chosen.time_scale) for name, seconds in _WAITS.items()},
        # The demo's people.
        "DefaultCountry": "NZ",
        # Tests request many codes that are never entered.
        "SmsPrefixAllowance": "1000",
        "SmsAddressAllowance": "1000",
    }


def keep_secrets(emulator: Emulator, secrets: Mapping[str, str]) -> None:
    """Put secrets where the stack's functions read them, and let the emulator send mail in our name."""
    ssm = client("ssm", emulator)
    for name, value in secrets.items():
        ssm.put_parameter(Name=f"/bedside/{STAGE}/{name}", Value=value, Type="SecureString", Overwrite=True)
    client("sesv2", emulator).create_email_identity(EmailIdentity=MAIL_DOMAIN)
