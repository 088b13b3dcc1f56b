"""DELETE /session/{encounterId}."""

import json

from tests.functions.clinic import Clinic, event_of, refusal

PATH = {"encounterId": "ENC-1001"}


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused."""
    refusal(clinic.call("session_end"), 401, "unauthorized")


def test_nothing_of_an_ended_session_works(clinic: Clinic) -> None:
    """Its QR token, upload token and live ticket are dead, and the page is told; its photos can still be looked at."""
    opened = clinic.open()
    event = event_of("live")
    event["queryStringParameters"]["ticket"] = opened["live"]["ticket"]
    event["requestContext"]["connectionId"] = "here-1"
    phone = clinic.scan(opened["token"])
    assert clinic.invoke("live", event)["statusCode"] == 200
    key = clinic.add(phone, "a")
    late = clinic.upload(phone, "late")
    spare = clinic.call("live_ticket", {"encounterId": clinic.encounter}, token=clinic.clinician()).json["ticket"]

    ended = clinic.call("session_end", token=clinic.clinician(), path=PATH)
    assert (ended.status, ended.text) == (204, "")

    assert [json.loads(text)["type"] for text in clinic.connections.heard["here-1"]] == [
        "image-uploaded",
        "session-ended",
    ]
    refusal(clinic.validate(opened["token"]), 404, "token-expired-or-invalid")
    refusal(clinic.ask(phone, "b"), 404, "session-not-found")
    refusal(clinic.notify(phone, late), 404, "session-not-found")
    refusal(clinic.call("image_delete", token=phone, path=PATH | {"imageId": "a"}), 404, "session-not-found")
    event["queryStringParameters"]["ticket"] = spare
    assert clinic.invoke("live", event)["statusCode"] == 401
    clinic.watch(key)
    listed = clinic.look()
    assert (listed["state"], [image["s3Key"] for image in listed["images"]]) == ("ended", [key])


def test_only_once_and_only_ones_own(clinic: Clinic) -> None:
    """A second end, an unknown encounter and another facility's find nothing; a phone may not."""
    phone = clinic.phone()
    refusal(clinic.call("session_end", token=clinic.clinician("FAC002"), path=PATH), 404, "session-not-found")
    refusal(clinic.call("session_end", token=phone, path=PATH), 401, "unauthorized")
    assert clinic.look()["state"] == "open"
    assert clinic.call("session_end", token=clinic.clinician(), path=PATH).status == 204
    refusal(clinic.call("session_end", token=clinic.clinician(), path=PATH), 404, "session-not-found")
