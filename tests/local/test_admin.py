"""`make admin` and the people of the demo, in a cloud that judges permissions and keeps records as AWS does."""

import base64
import json
from pathlib import Path

from local import demo
from local.demo_people import PEOPLE
from tests.deploy.command import command
from tests.local.places import Stack


def test_administrator_is_made_in_the_running_stack(stack: Stack, tmp_path: Path) -> None:
    """Without a stage the command finds the stack that runs here by its stack file, whatever profile is set."""
    key = base64.b64encode(b"k" * 32).decode()
    stack.aws("ssm").put_parameter(Name="/bedside/local/pseudonym-key", Value=key, Type="SecureString", Overwrite=True)
    stack_file = tmp_path / "stack.json"
    stack_file.write_text(json.dumps(stack.described))
    done = command("admin", "+64 21 555 0188", "", stack_file=stack_file, AWS_PROFILE="somebody-elses")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    people = stack.aws("dynamodb").scan(TableName="bedside-identity-local")["Items"]
    [made] = [person for person in people if person.get("phone") == {"S": "+64215550188"}]
    assert made["roles"] == {"L": [{"S": "systemAdmin"}]}
    assert made["pk"]["S"] in done.stdout


def test_demo_people_are_enrolled_and_signed_in(stack: Stack) -> None:
    """Everybody of the demo is in the record with their role, their facility, and one sign-in of 30 days."""
    enrolled = demo.enrol(stack.emulator, "local", demo.make_keys())
    assert set(enrolled) == {person.key for person in PEOPLE}
    dynamodb = stack.aws("dynamodb")
    for person in PEOPLE:
        key = {"pk": {"S": enrolled[person.key].user_id}}
        item = dynamodb.get_item(TableName="bedside-identity-local", Key=key)["Item"]
        assert item["phone"]["S"] == person.phone
        assert [role["S"] for role in item["roles"]["L"]] == list(person.roles)
        assert item.get("facilityId", {}).get("S") == person.facility_id
        [family] = item["families"]["M"].values()
        assert int(family["M"]["endsAt"]["N"]) - int(family["M"]["rotatedAt"]["N"]) == 30 * 24 * 3600 * 1000
    clinician = {"pk": {"S": enrolled["clinician"].user_id}}
    assert (
        dynamodb.get_item(TableName="bedside-identity-local", Key=clinician)["Item"]["verification"]["S"] == "verified"
    )
