"""The check before calls go to a new version: a sign-in and a capture, of which nothing is left."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from bedside.kernel.errors import UnavailableError
from tests import contract
from tests.conftest import BUCKET, client
from tests.fakes.deployments import Deployments, Versions
from tests.functions.clinic import CHECKED, Clinic, event_of, refusal

# As in template.yaml, in milliseconds.
_TIMEOUT = 120_000
_PAGE = {"statusCode": 200, "headers": {"content-type": "text/html"}, "body": "<!doctype html><html></html>"}


class Canary:
    """A new version of everything, in this process, which CodeDeploy has checked."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.versions = Versions(self._invoke)
        self.deployments = Deployments()
        self.stored = 200
        clinic.wiring.operations.__dict__ |= {
            "functions": self.versions,
            "deployments": self.deployments,
            "photo_upload": self._store,
        }

    def check(self, remaining_ms: int = _TIMEOUT) -> str:
        """Let CodeDeploy call its hook; gives what it was told."""
        answer = self.clinic.invoke("deployment_check", event_of("deployment_check"), remaining_ms=remaining_ms)
        event = event_of("deployment_check")
        told = event["DeploymentId"], event["LifecycleEventHookExecutionId"], answer["status"] == "Succeeded"
        assert self.deployments.reported.pop() == told
        assert self.deployments.reported == []
        return str(answer["status"])

    def left(self) -> tuple[list[Any], list[Any], list[str]]:
        """Give what a check leaves: people who are somebody, sessions that are open or have photos, and photos."""
        people = [item for item in self.clinic.people()[0] if "roles" in item or item.get("families", {}).get("M")]
        sessions, photos = self.clinic.everything()
        return people, [each for each in sessions if each["open"]["BOOL"] or each["images"]["M"]], photos

    def _invoke(self, function: str, event: Any) -> Mapping[str, Any]:
        if function == "web":
            return _PAGE
        result: Mapping[str, Any] = self.clinic.invoke(function, event, remaining_ms=_TIMEOUT)
        headers = {name.lower(): value for name, value in result["headers"].items()}
        contract.check(event["routeKey"], result["statusCode"], headers, result["body"])
        return result

    def _store(self, url: str, headers: Mapping[str, str], photo: bytes, *, deadline_s: float) -> int:
        assert deadline_s > 0
        assert headers["content-type"] == "image/webp"
        if self.stored == 200:
            client("s3").put_object(Bucket=BUCKET, Key=unquote(urlsplit(url).path[1:]), Body=photo)
        return self.stored


@pytest.fixture
def canary(clinic: Clinic) -> Canary:
    return Canary(clinic)


def test_a_version_that_works_gets_calls(canary: Canary) -> None:
    """Every function of the check is called, no message is sent, and nothing is left but a trail."""
    assert canary.check() == "Succeeded"
    assert {function for function, _ in canary.versions.events} == set(CHECKED)
    assert canary.clinic.wiring.identity.sms.messages == []
    assert canary.left() == ([], [], [])
    assert [entry["act"] for entry in canary.clinic.audit()] == ["enrol", "remove"]


def _fails(_event: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"statusCode": 500, "headers": {}, "body": '{"type":"…"}'}


@pytest.mark.parametrize("function", CHECKED)
def test_a_version_that_fails_is_refused(canary: Canary, function: str) -> None:
    """Whichever function it is; and what the others made is removed as far as the version can."""
    canary.versions.broken[function] = _fails
    assert canary.check() == "Failed"
    people, sessions, photos = canary.left()
    assert people == []
    assert sessions == [] or function in {"image_delete", "session_end"}
    assert photos == [] or function == "image_delete"


def _silent(_event: Mapping[str, Any]) -> Mapping[str, Any]:
    raise UnavailableError("The function could not be called.", cause="TimeoutError")


def _answering(body: str, status: int = 200) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return lambda _event: {"statusCode": status, "headers": {}, "body": body}


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("otp", _silent),
        ("otp", _answering("<html>")),
        ("otp", _answering("[]")),
        ("otp", _answering('{"accessToken":"a"}')),
        ("otp", lambda _event: {"errorMessage": "no module"}),
        ("otp", lambda _event: {"statusCode": 200, "body": "\u00fc", "isBase64Encoded": True}),
        ("auth", _answering('{"accessToken":"a","userId":"somebody-else"}')),
        ("token_validate", _answering('{"encounterId":"another","patientId":"another"}')),
        ("presigned_url", _answering('{"uploadUrl":"https://s3.example/","s3Key":"k","headers":[]}')),
        ("image_notify", _answering('{"imageId":"another","imageCount":1}', 201)),
        ("image_list", _answering('{"images":[]}')),
        ("web", _answering("not a page")),
    ],
    ids=[
        "no answer",
        "no JSON",
        "no document",
        "no field",
        "no module",
        "no text",
        "another person",
        "another encounter",
        "no headers",
        "another photo",
        "no photo",
        "no page",
    ],
)
def test_a_wrong_answer_is_refused(
    canary: Canary, function: str, answer: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> None:
    """None at all, one that is no document, one without its fields, and one of somebody else."""
    canary.versions.broken[function] = answer
    assert canary.check() == "Failed"
    assert canary.left() == ([], [], [])


def test_a_photo_that_cannot_be_stored_is_refused(canary: Canary) -> None:
    """The link of the new version may be signed wrongly."""
    canary.stored = 403
    assert canary.check() == "Failed"
    assert canary.left() == ([], [], [])


def test_the_time_is_bounded(canary: Canary) -> None:
    """Nothing begins that could not be removed and reported before the function ends."""
    assert canary.check(remaining_ms=45_000) == "Failed"
    assert canary.versions.events == []
    assert canary.left() == ([], [], [])


def test_a_code_is_worth_nothing_to_others(canary: Canary) -> None:
    """It was used, and its person is nobody any more."""
    canary.check()
    [used] = [event for function, event in canary.versions.events if function == "otp"]
    body = json.loads(used["body"])
    refusal(canary.clinic.verify(body["phone"], body["otp"]), 401, "otp-invalid")
    assert canary.left() == ([], [], [])


def test_numbers_that_get_no_codes_are_refused(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says what is wrong: SmsCountries has to have a country of SyntheticPhones."""
    monkeypatch.setenv("BEDSIDE_SMS_COUNTRIES", "NZ")
    assert canary.check() == "Failed"
    assert canary.versions.events == []


def test_a_mistake_of_the_check_refuses_the_version(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of which nobody knows whether it works gets no calls."""
    monkeypatch.delitem(canary.clinic.wiring.operations.__dict__, "photo_upload")
    canary.clinic.wiring.operations.__dict__["photo_upload"] = None
    assert canary.check() == "Failed"
    assert canary.left() == ([], [], [])


def test_an_outcome_that_is_not_told_is_told_again(canary: Canary) -> None:
    """Lambda calls a hook again that raises."""
    canary.deployments.away = True
    with pytest.raises(UnavailableError):
        canary.check()
    canary.deployments.away = False
    assert canary.check() == "Succeeded"


def test_a_number_that_others_have_to_do_with_is_passed_over(clinic: Clinic) -> None:
    """One of another check, and one at which somebody guesses: neither keeps a deployment from being checked."""
    people, now = clinic.wiring.identity.synthetic_people, clinic.wiring.now_ms()
    digits = iter("001002003")

    def below(limit: int) -> int:
        return int(next(digits)) if limit == 10 else 123456

    numbers = replace(people, random_below=below)
    first = numbers.create(now)
    clinic.send("+447700900002")
    refusal(clinic.verify("+447700900002", "000000"), 401, "otp-invalid")
    digits = iter("001002003")
    second = numbers.create(now)
    assert [each.person.phone[-1] for each in (first, second)] == ["1", "3"]
    left = clinic.person("+447700900002")
    assert left
    assert "roles" not in left
    # Guesses of others still count.
    assert left["failures"] == 1
    for each in (first, second):
        people.remove(each.person, now)
