"""Making an administrator from the command line."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import boto3
import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail
from bedside.identity.enrolment import Enrolment
from bedside.identity.person import user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.kernel.errors import InvalidRequestError
from deploy import admin
from deploy.stack import NotDeployedError
from tests.deploy.clouds import Stacks
from tests.deploy.command import command

# The names of a stack that was created a second time.
IDENTITY, AUDIT = "bedside-identity-operated-2", "bedside-audit-operated-2"
STAGE, PHONE, NOW = "operated", "+64215550199", 1_790_000_000_000
KEY = b"k" * 32


@pytest.fixture
def people(aws: None) -> PersonRepository:  # noqa: ARG001  # the tables are in memory
    """The people of a stage that has its tables and its key."""
    dynamodb: Any = boto3.client("dynamodb")
    for table, keys in {IDENTITY: ("pk",), AUDIT: ("pk", "sk")}.items():
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": side} for key, side in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )
    value = base64.b64encode(KEY).decode()
    boto3.client("ssm").put_parameter(Name=f"/bedside/{STAGE}/pseudonym-key", Value=value, Type="SecureString")
    return PersonRepository(Table(IDENTITY), AuditTrail(Table(AUDIT), os.urandom))


def _appoint(text: str, stage: str = STAGE, country: str = "") -> str:
    stacks: Any = Stacks(
        {
            f"bedside-{STAGE}": {"SmsCountries": "NZ,AU", "DefaultCountry": country},
            "bedside-keyless": {"SmsCountries": "NZ", "DefaultCountry": ""},
        },
        {"IdentityTableName": IDENTITY, "AuditTableName": AUDIT},
    )
    return admin.appoint(stacks, boto3.client("ssm"), stage, text, NOW)


def test_unknown_number_becomes_an_administrator(people: PersonRepository) -> None:
    """A number, however it is written, is a system administrator's afterwards, and the audit tells of it."""
    line = _appoint("+64 21 555 0199")
    person = people.find_unscoped(user_id_of(KEY, PHONE))
    assert person
    assert (person.phone, person.roles, person.facility_id) == (PHONE, ("systemAdmin",), None)
    assert PHONE in line
    assert person.user_id in line
    told = boto3.client("dynamodb").scan(TableName=AUDIT)["Items"]
    assert {(entry["by"]["S"], entry["whom"]["S"]) for entry in told} == {("operator", person.user_id)}


def test_national_number_is_read_in_the_default_country(people: PersonRepository) -> None:
    """As people of that country write it; without a default it is refused."""
    assert PHONE in _appoint("021 555 0199", country="NZ")
    assert people.find_unscoped(user_id_of(KEY, PHONE))


def test_known_person_keeps_what_they_were(people: PersonRepository) -> None:
    """Roles, facility and verification of somebody known stay; doing it twice changes nothing more."""
    Enrolment(people, KEY).enrol(PHONE, ["clinician"], "FAC001", verified=True, source="test", now_ms=NOW)
    for _ in range(2):
        _appoint(PHONE)
        person = people.find_unscoped(user_id_of(KEY, PHONE))
        assert person
        assert person.roles == ("clinician", "systemAdmin")
        assert (person.facility_id, person.verification) == ("FAC001", "verified")


@pytest.mark.parametrize("text", ["021 555 0199", "+49 30 901820", "me"])
def test_number_that_gets_no_codes_is_refused(people: PersonRepository, text: str) -> None:
    """What is no number, or of a country that the stage does not serve, makes nobody an administrator."""
    with pytest.raises(InvalidRequestError):
        _appoint(text)
    assert people.find_unscoped(user_id_of(KEY, "+4930901820")) is None


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("stage", "missing"), [("other", "no stack bedside-other"), ("keyless", "/bedside/keyless/pseudonym-key")]
)
def test_missing_stage_is_named(stage: str, missing: str) -> None:
    """A stage that is not there, or has no key, is told in words."""
    with pytest.raises(NotDeployedError, match=missing):
        _appoint(PHONE, stage)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([""], "make admin PHONE="),
        ([PHONE], "No stack is running here"),
        ([PHONE, "local"], "No stack is running here"),
    ],
)
def test_command_that_cannot_work_says_so_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    """Without a number, or without a running stack, the command ends with code 1 and one line."""
    done = command("admin", *arguments, stack_file=tmp_path / "stack.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_stack_that_has_gone_is_told_in_one_line(tmp_path: Path) -> None:
    """A stack file whose stack no longer answers is no trace but a line."""
    stack_file = tmp_path / "stack.json"
    stack_file.write_text(
        json.dumps({"awsEndpointUrl": "http://127.0.0.1:9", "awsAccessKeyId": "a", "awsSecretAccessKey": "s"})
    )
    done = command("admin", PHONE, stack_file=stack_file)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert done.stderr.count("\n") == 1
