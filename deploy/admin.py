"""`python -m deploy.admin PHONE [STAGE]`: make the person with this number a system administrator of a stage.

Without a stage it is the stack that runs on this machine.
"""

import base64
import os
import sys
import time
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import stack
from deploy.stack import NotDeployedError
from local.cloud import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ssm import SSMClient

# The deployed functions' own code writes the record, so that an administrator made here is like any other.
sys.path.insert(0, str(ROOT / "layers/core"))

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail
from bedside.identity.enrolment import Enrolment
from bedside.identity.person import SYSTEM_ADMIN, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.settings import default_country
from bedside.kernel.errors import BedsideError, InvalidRequestError

_USAGE: Final = "Say whom: make admin PHONE=+64… [STAGE=staging|prod]"


def appoint(cloudformation: "CloudFormationClient", ssm: "SSMClient", stage: str, phone_text: str, now_ms: int) -> str:
    """Add the role to what the person is already; returns one line about it.

    Raises InvalidRequestError for a number that gets no codes, NotDeployedError, UnavailableError.
    """
    countries = stack.parameter(cloudformation, stage, "SmsCountries").split(",")
    country = default_country(stack.parameter(cloudformation, stage, "DefaultCountry"), countries)
    phone = parse_phone(phone_text, countries, country)
    key = _pseudonym_key(ssm, stage)
    identity, audit = (stack.output(cloudformation, stage, f"{table}TableName") for table in ("Identity", "Audit"))
    people = PersonRepository(Table(identity), AuditTrail(Table(audit), os.urandom))
    known = people.find_unscoped(user_id_of(key, phone))
    person = Enrolment(people, key).enrol(
        phone,
        [*(role for role in (known.roles if known else ()) if role != SYSTEM_ADMIN), SYSTEM_ADMIN],
        known.facility_id if known else None,
        verified=known is not None and known.verification == "verified",
        source="command line",
        now_ms=now_ms,
    )
    return f"{phone} is a system administrator of bedside-{stage} now (user {person.user_id}); sign in with a code."


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code, after one line about what it did or why it could not."""
    phone, stage = [*arguments, "", ""][:2]
    if not phone.strip():
        return _failed(_USAGE)
    try:
        stage = stack.chosen(stage)
        cloudformation, ssm = boto3.client("cloudformation"), boto3.client("ssm")
        line = appoint(cloudformation, ssm, stage, phone, time.time_ns() // 1_000_000)
    except InvalidRequestError as error:
        return _failed(error.faults[0].message)
    except BedsideError as error:
        return _failed(f"{error.detail} {error.__cause__ or ''}")
    except (NotDeployedError, ClientError, BotoCoreError) as error:
        return _failed(str(error))
    sys.stdout.write(f"{line}\n")
    return 0


def _pseudonym_key(ssm: "SSMClient", stage: str) -> bytes:
    name = f"/bedside/{stage}/pseudonym-key"
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound as error:
        raise NotDeployedError(f"There is no parameter {name} in this account and region.") from error
    return base64.b64decode(parameter["Value"])


def _failed(line: str) -> int:
    sys.stderr.write(f"{' '.join(line.split())}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
