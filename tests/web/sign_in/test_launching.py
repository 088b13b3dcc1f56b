"""The page that a record opens: to the record and back, and on to the patient who was open there."""

from typing import Any

from playwright.sync_api import Page, Request, Route, expect

from tests.web.accessibility import audit
from tests.web.german import check_german
from tests.web.people_fake import Json, People, person

CONTEXT: Json = {"facilityId": "FAC001", "encounterId": "enc-1", "patientId": "pat-1"}


def test_a_record_opens_the_desktop(tab: Page, people: People) -> None:
    """The code goes nowhere but to us, once; a launch that is refused, or of a stranger, says what to do."""
    kept: Any = people.kept(person(1, "clinician", name="Hana Walker"))
    pair = {name: kept[name] for name in ("accessToken", "refreshToken", "user")} | {"expiresIn": 600}
    asked: list[Any] = []
    slugs = ["launch-unknown-person", "launch-refused"]

    def begin(route: Route, request: Request) -> None:
        asked.append(request.post_data_json)
        back = f"{tab.url.partition('/launch')[0]}/launch?state={'s' * 43}&code=c1"
        route.fulfill(status=201, json={"authorizeUrl": back, "browser": "b" * 43})

    def complete(route: Route, request: Request) -> None:
        asked.append(request.post_data_json)
        if slugs:
            problem = {"type": f"https://x/problems/{slugs.pop(0)}", "title": "No", "status": 403, "detail": "No."}
            problem |= {"practitionerId": "prac-1"} if slugs else {}
            route.fulfill(status=403, json=problem, headers={"content-type": "application/problem+json"})
            return
        told = CONTEXT | {"patientName": "Ana Tane", "patientNHI": None}
        route.fulfill(json={"signIn": pair, "context": told})

    tab.route("**/launches", begin)
    tab.route("**/launches/complete", complete)
    opened = "/launch?facility=FAC001&iss=https://fhir.example/r4&launch=l1"
    tab.goto("/launch?state=none")
    expect(tab.get_by_role("heading", name="Your facility has not connected you yet")).to_be_visible()
    assert tab.url.endswith("/launch")
    expect(tab.get_by_text("Tell them that the record calls you Practitioner/prac-1.")).to_be_visible()
    audit(tab, "launch", 320)
    asked.clear()
    tab.goto(opened)
    expect(tab.get_by_role("heading", name="The record did not open Bedside")).to_be_visible()
    assert asked == [
        {"facilityId": "FAC001", "iss": "https://fhir.example/r4", "launch": "l1"},
        {"state": "s" * 43, "code": "c1", "browser": "b" * 43},
    ]
    tab.goto(opened)
    tab.wait_for_url("**/?encounterId=enc-1&patientId=pat-1&facilityId=FAC001")
    read = {"contextId": "c1", "state": "ready", "context": CONTEXT | {"patientName": None, "patientNHI": None}}
    tab.route("**/launches/context", lambda route: route.fulfill(status=202, json=read))
    tab.goto("/launch?context=of-alex&signature=s1")
    tab.wait_for_url("**/?encounterId=enc-1&patientId=pat-1&facilityId=FAC001")
    slugs.append("launch-refused")
    check_german(tab, "/launch?state=none", "#announcer")
