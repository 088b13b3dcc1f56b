"""What happens in the running product becomes the timelines of encounters, and a change of the past shows."""

from typing import Any

import httpx

from deploy import timelines
from tests.e2e.aws import Aws
from tests.e2e.people import Clinician, Phone
from tests.waiting import until


def test_a_photo_is_in_the_timeline_and_a_changed_past_shows(
    http: httpx.Client, clinician: Clinician, encounter: str, aws: Aws
) -> None:
    """By the stream, in order and once; an entry that is changed behind the product's back is found by its chain."""
    phone = Phone.scan(http, clinician.open(encounter)["token"])
    path = f"/encounters/{encounter}"

    def told() -> list[Any]:
        answer = clinician.call("GET", path)
        return answer.json()["timeline"] if answer.status_code == 200 else []

    until(lambda: len(told()) == 2, told)
    assert phone.notify(phone.upload("image-1")).status_code == 201
    until(lambda: len(told()) >= 3, told)
    opened, joined, arrived, *described = [(each["kind"], each["actor"]["kind"]) for each in told()]
    assert (opened, joined) == (("session-opened", "user"), ("phone-joined", "phone"))
    assert arrived == ("photo-arrived", "phone")
    # S3's event may come before the phone's report, which then only describes the photo.
    assert described in ([], [("photo-described", "phone")])
    dynamodb, table = aws.client("dynamodb"), "bedside-timeline-local"
    key = f"encounter#FAC001#{encounter}"
    assert key not in timelines.verify(dynamodb, table).broken
    entry = dynamodb.get_item(TableName=table, Key={"pk": {"S": key}, "sk": {"S": "event#00000001"}})["Item"]
    changed = {**entry, "event": {"M": {**entry["event"]["M"], "at": {"N": "1"}}}}
    dynamodb.put_item(TableName=table, Item=changed)
    assert timelines.verify(dynamodb, table).broken[key] == "entry 1 was changed"
    dynamodb.put_item(TableName=table, Item=entry)
    assert key not in timelines.verify(dynamodb, table).broken
