"""GET /record/capabilities, POST /session/{encounterId}/commit, and what becomes of commits."""

from typing import Any

import pytest

from bedside.adapters.aws.record_bundle import RecordBundles
from bedside.adapters.fhir.keys import new_key
from bedside.commits.launches.repository import Ties
from tests.functions.capture.test_ended_sessions import DAY_MS, end, sweep
from tests.functions.clinic import NAME, PHOTO, Clinic, refusal
from tests.functions.commits.record_desk import METADATA, SHOWN, RecordDesk


@pytest.fixture
def desk(clinic: Clinic) -> RecordDesk:
    return RecordDesk(clinic, "a", "b")


def test_what_a_record_takes(clinic: Clinic) -> None:
    """Its kind, body sites with SNOMED codes, of which some have sides, and types."""
    clinic.wiring.commits.facility.name = "fhir:https://record.example"
    found = clinic.call("commits_capabilities", token=clinic.clinician()).json
    assert (found["target"], found["lateralityRequired"], found["consentRequired"]) == ("fhir", True, True)
    sites = {each["code"]: each for each in found["bodySites"]}
    assert sites["hand"] == {"code": "hand", "snomed": "85562004", "sides": True}
    assert not sites["back"]["sides"]
    clinic.wiring.commits.facility.name = None
    assert clinic.call("commits_capabilities", token=clinic.clinician()).json["target"] is None
    path = {"encounterId": clinic.encounter}
    refusal(clinic.call("commits_commit", token=clinic.clinician(), path=path), 409, "no-record-target")


def test_photos_arrive_in_the_record(desk: RecordDesk) -> None:
    """Each once, with what is known of it; the same request again is the same commit."""
    clinic = desk.clinic
    me = clinic.call("users_describe", token=clinic.clinician()).json["userId"]
    assert clinic.wiring.commits.launching.repository.save_ties(Ties(clinic.facility, {"prac-1": me}, 1))
    body, path = {"images": desk.wished("a", "b"), "patient": SHOWN}, {"encounterId": desk.clinic.encounter}
    answers = [
        desk.clinic.call("commits_commit", body, token=desk.clinic.clinician(), path=path, key="k") for _ in range(2)
    ]
    assert [each.status for each in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    status = {"encounterId": clinic.encounter, "phoneId": "phone-1", "unsent": 0}
    assert clinic.call("session_status", status, token=desk.phone).json["committedCount"] == 0
    commit_id = answers[0].json["commitId"]
    assert desk.statuses(commit_id) == {"a": "committing", "b": "committing"}
    desk.work()
    assert desk.statuses(commit_id) == {"a": "committed", "b": "committed"}
    first, second = sorted(desk.record.documents, key=lambda each: each.title)
    assert (first.content, first.content_type, first.title) == (
        PHOTO,
        "image/jpeg",
        "Clinical photo: Forearm, Left, Close-up",
    )
    assert (first.body_site and first.body_site.snomed, first.laterality and first.laterality.code) == (
        "14975008",
        "left",
    )
    assert first.patient.name == NAME
    assert first.author.external_id == "prac-1"
    assert first.consent
    assert first.consent.manner == "spoken"
    assert first.identifier != second.identifier
    [document] = [each for each in desk.on("look", commit_id).json["files"] if each["imageId"] == "a"]
    assert document["documentId"].startswith("doc-")
    assert not desk.record.create_faults
    # Phones learn of it within a minute.
    clinic.wiring.ahead_ms += 61_000
    assert clinic.call("session_status", status, token=desk.phone).json["committedCount"] == 2


def test_a_bundle_is_given_to_clinicians_of_the_facility(desk: RecordDesk) -> None:
    """Once it is complete: the photo, its description and the manifest, each under its own name."""
    clinic, bucket = desk.clinic, desk.clinic.wiring.capture.bucket
    refusal(desk.on_image("commits_bundle", "a"), 404, "commit-not-found")
    desk.committed("a")
    desk.work()
    refusal(desk.on_image("commits_bundle", "a"), 404, "commit-not-found")
    [document] = desk.record.documents
    RecordBundles(bucket, clinic.facility, new_key("ES384")).create(document)
    answer = desk.on_image("commits_bundle", "a")
    assert answer.status == 200, answer
    names = [each["name"] for each in answer.json["files"]]
    assert [name.partition(".")[2] for name in names] == ["jpg", "fhir.json", "jws.json"]
    for each in answer.json["files"]:
        assert f"/records/{clinic.facility}/" in each["url"]
        assert f"filename%3D%22{each['name']}%22" in each["url"]
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    other = clinic.call("commits_bundle", token=clinic.clinician("FAC002"), path=path)
    refusal(other, 404, "session-not-found")


def test_what_is_on_its_way_or_there_stays_as_it_is(desk: RecordDesk) -> None:
    """Nobody changes, draws on, deletes or commits it again, and a phone's late report does nothing."""
    desk.committed("a")
    calls: tuple[tuple[str, Any, dict[str, str]], ...] = (
        ("image_update", {"metadata": {"notes": "changed"}}, {}),
        ("image_delete", None, {}),
        ("image_edits_save", {"format": 1, "rotation": 90, "shapes": []}, {"if-match": '"0"'}),
    )
    for slug in ("committing", "committed"):
        for call, body, headers in calls:
            refusal(desk.on_image(call, "a", body, **headers), 409, slug)
        refusal(desk.commit("a", key=slug), 409, "nothing-to-commit")
        both = desk.commit("a", "b", key=slug)
        refusal(both, 409, "metadata-missing")
        assert both.json["images"] == [{"imageId": "a", "missing": [slug]}]
        [image] = [each for each in desk.clinic.look()["images"] if each["imageId"] == "a"]
        report = desk.clinic.notify(desk.phone, image["s3Key"], metadata={"notes": "late"})
        assert report.status == 200
        assert "notes" not in desk.clinic.look()["images"][0]["metadata"]
        desk.work()
    assert len(desk.record.documents) == 1


def test_nothing_is_sent_before_all_is_there(clinic: Clinic) -> None:
    """What each photo lacks is listed; what contradicts itself is asked about, and can be confirmed."""
    desk = RecordDesk(clinic, "a")
    clinic.add(desk.phone, "bare")
    odd = {**METADATA, "notes": "Right forearm, two days old"}
    clinic.add(desk.phone, "odd", metadata=odd)
    answer = desk.commit("a", "bare", "odd")
    refusal(answer, 409, "metadata-missing")
    assert answer.json["images"] == [
        {"imageId": "bare", "missing": ["body-site", "image-type"]},
        {"imageId": "odd", "missing": ["side-contradiction"]},
    ]
    shown = {"patientId": "PAT-2002", "patientName": "Somebody Else"}
    answer = desk.commit("a", patient=shown)
    assert answer.json["images"] == [{"imageId": "a", "missing": ["patient-unconfirmed"]}]
    desk.clinic.call_anew()
    images = [{**wish, "confirmed": ["side-contradiction"]} for wish in desk.wished("odd")]
    path = {"encounterId": clinic.encounter}
    body = {"images": images, "patient": shown, "patientCheck": {"name": NAME.lower()}}
    assert clinic.call("commits_commit", body, token=clinic.clinician(), path=path, key="odd").status == 202
    stale = [{"imageId": "a", "version": 0}]
    answer = clinic.call(
        "commits_commit", {"images": stale, "patient": SHOWN}, token=clinic.clinician(), path=path, key="stale"
    )
    assert answer.json["images"] == [{"imageId": "a", "missing": ["changed"]}]
    unsaid = clinic.call("commits_commit", {"images": stale}, token=clinic.clinician(), path=path, key="unsaid")
    refusal(unsaid, 422, "invalid-request")
    nobodys = [{"imageId": "nobodys", "version": 0}]
    answer = clinic.call(
        "commits_commit", {"images": nobodys, "patient": SHOWN}, token=clinic.clinician(), path=path, key="nobodys"
    )
    refusal(answer, 404, "image-not-found")
    refusal(desk.commit(key="none"), 409, "nothing-to-commit")


def test_what_fails_is_tried_again_and_what_nobody_knows_is_resolved(desk: RecordDesk) -> None:
    """By people of the facility alone; a photo that failed is free meanwhile."""
    desk.record.create_faults = ["refused", "lies"]
    commit_id = desk.committed("a", "b")
    desk.work()
    found = desk.statuses(commit_id)
    assert sorted(found.values()) == ["failed", "unknown"]
    failed, unknown = sorted(found, key=lambda image_id: found[image_id])
    errors = {each["imageId"]: each["error"] for each in desk.on("look", commit_id).json["files"]}
    assert errors == {failed: "not-accepted", unknown: "cannot-be-searched"}
    shown = {each["imageId"]: (each["commitId"], each.get("failedCommitId")) for each in desk.clinic.look()["images"]}
    assert shown == {failed: (None, commit_id), unknown: (commit_id, None)}
    other = desk.clinic.clinician("FAC002")
    for call, body in (("look", None), ("retry", None), ("resolve", {"absent": True})):
        image_id = "" if call == "look" else failed
        refusal(desk.on(call, commit_id, image_id, body, token=other), 404, "commit-not-found")
    refusal(desk.on("retry", commit_id, unknown), 409, "wrong-state")
    refusal(desk.on("resolve", commit_id, failed, {"absent": True}), 409, "wrong-state")
    refusal(desk.on("resolve", commit_id, unknown, {}), 422, "invalid-request")
    refusal(desk.on("retry", commit_id, "nobodys"), 404, "image-not-found")
    assert desk.on_image("image_update", failed, {"metadata": {"notes": "seen again"}}).status == 200
    assert desk.on("retry", commit_id, failed).json["status"] == "committing"
    noted = [each for each in desk.clinic.audit() if each["act"] == "retry-commit"]
    assert [(each["whom"], each["before"]) for each in noted] == [(desk.clinic.encounter, f"{failed}: not-accepted")]
    assert not [each for each in desk.clinic.look()["images"] if "failedCommitId" in each]
    resolved = desk.on("resolve", commit_id, unknown, {"documentId": "DocumentReference/7"})
    assert (resolved.json["status"], resolved.json["documentId"]) == ("committed", "DocumentReference/7")
    trail = [each for each in desk.clinic.audit() if each["act"] in {"commit-to-record", "resolve-commit"}]
    assert [(each["act"], each["origin"], each["after"]) for each in trail] == [
        ("commit-to-record", "203.0.113.7", "a, b"),
        ("resolve-commit", "203.0.113.7", f"{unknown}: DocumentReference/7"),
    ]
    desk.work()
    assert set(desk.statuses(commit_id).values()) == {"committed"}


def test_a_photo_is_held_while_it_is_on_its_way(desk: RecordDesk) -> None:
    """Its session may end and its time be over meanwhile; once it has arrived, it stays here for 30 days more."""
    queue = desk.clinic.wiring.commits.renderings_queue
    queue.away = True
    commit_id = desk.committed("a")
    queue.away = False
    end(desk.clinic)
    sweep(desk.clinic, later_ms=DAY_MS - 1000)
    sweep(desk.clinic, later_ms=2000)
    assert [each["imageId"] for each in desk.clinic.look()["images"]] == ["a"]
    assert (image := desk.clinic.look()["images"][0])["vanishesAt"] is None
    assert (image["committed"], image["commitId"]) == (False, commit_id)
    desk.work()
    assert desk.statuses(commit_id) == {"a": "committed"}
    image = desk.clinic.look()["images"][0]
    assert (image["committed"], image["commitId"]) == (True, None)
    sweep(desk.clinic, later_ms=29 * DAY_MS)
    assert desk.clinic.look()["images"]
    sweep(desk.clinic, later_ms=DAY_MS)
    assert desk.clinic.look()["images"] == []


def test_pages_and_timelines_are_told(desk: RecordDesk) -> None:
    """Live, as each photo arrives; and in the encounter's timeline, by whom."""
    desk.record.create_faults = ["refused"]
    desk.committed("a")
    desk.work()
    desk.committed("b", key="b")
    desk.work()
    desk.clinic.append()
    path = {"encounterId": desk.clinic.encounter}
    events = desk.clinic.call("encounters_look", token=desk.clinic.clinician(), path=path).json["timeline"]
    told = {each["kind"]: each for each in events if each["kind"] in {"photo-committed", "photo-not-committed"}}
    assert {kind: each["imageId"] for kind, each in told.items()} == {
        "photo-committed": "b",
        "photo-not-committed": "a",
    }
    assert told["photo-committed"]["actor"]["kind"] == "user"
