"""What is logged helps the operator and says nothing of a patient, a token or a link."""

import io
import json
import re

import pytest

from tests.fakes.deployments import Deployments, Versions
from tests.functions.clinic import EVENTS, NAME, NHI, NOTES, Clinic, event_of

JWT_LIKE = re.compile(r"[A-Za-z0-9_-]{30,}\.[A-Za-z0-9_-]{30,}")


def test_a_whole_capture_leaves_nothing_secret_in_the_logs(
    clinic: Clinic, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through every function, in good and in bad cases: no token, ticket, name, NHI, notes or signature."""
    # moto knows neither versions of functions nor their deployments.
    clinic.wiring.operations.__dict__ |= {"functions": Versions(clinic.invoke), "deployments": Deployments()}
    for example in sorted(each.stem for each in EVENTS.glob("*.json")):
        if example != "web":
            clinic.invoke(example, event_of(example))
    opened = clinic.open()
    phone, clinician = clinic.scan(opened["token"]), clinic.clinician()
    event = event_of("live")
    event["queryStringParameters"]["ticket"] = opened["live"]["ticket"]
    event["requestContext"]["connectionId"] = "broken-1"
    clinic.invoke("live", event)
    granted = clinic.ask(phone, "a").json
    clinic.store(granted["s3Key"])
    clinic.notify(phone, granted["s3Key"], metadata={"notes": NOTES})
    clinic.notify(phone, granted["s3Key"], metadata={"notes": NOTES * 100})
    clinic.notify(phone, granted["s3Key"], encounterId="ENC-OTHER")
    downloads = [image["downloadUrl"] for image in clinic.look()["images"]]
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    clinic.call("image_update", token=clinician, path=path)
    clinic.call("session_create", {"patientName": NAME, "patientNHI": NHI}, token=clinician)
    clinic.call("session_create", raw=NAME, token=clinician)
    ticket = clinic.call("live_ticket", token=clinician).json["ticket"]
    _break(clinic)
    clinic.try_to_open()
    _mend(clinic)
    clinic.call("image_delete", token=phone, path=path)
    clinic.call("session_end", token=clinician, path={"encounterId": clinic.encounter})

    printed = capsys.readouterr()
    lines = (logged.getvalue() + printed.out).splitlines()
    everything = "\n".join([*lines, printed.err])
    assert "live publish failed" in everything
    assert "unexpected error" in everything
    secrets = clinic.wiring.platform.secrets
    signatures = [url.rpartition("X-Amz-Signature=")[2] for url in [granted["uploadUrl"], *downloads]]
    tokens = [opened["token"], opened["live"]["ticket"], ticket, phone, clinician, secrets.redis_token]
    example = event_of("token_validate")["pathParameters"]["token"]
    for secret in [NAME, "Aroha", NHI, NOTES, "itching", "X-Amz-", "PAT-2002", example, *signatures, *tokens]:
        assert secret not in everything
    assert not JWT_LIKE.search(everything)
    for line in filter(None, lines):
        assert isinstance(json.loads(line), dict), line


def _break(clinic: Clinic) -> None:
    """Make opening fail in a way that nobody foresaw, with patient data in the error's message."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"about {NAME} {NHI}")

    clinic.wiring.capture.__dict__["sessions"] = type("Opening", (), {"open": fail})()


def _mend(clinic: Clinic) -> None:
    del clinic.wiring.capture.sessions


def test_every_line_has_its_requests_id(
    clinic: Clinic, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that an operator finds what a caller quotes."""
    clinic.wiring.capture.__dict__["sessions"] = object()
    clinic.try_to_open()
    clinic.wiring.capture.__dict__.pop("sessions")
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in (logged.getvalue() + printed).splitlines() if line]
    errors = [line for line in lines if line.get("level") == "ERROR"]
    assert [line["correlation_id"] for line in errors] == [event_of("session_create")["requestContext"]["requestId"]]
    assert any(line.get("ServerError") for line in lines)


def test_an_unforeseen_error_is_a_problem(clinic: Clinic) -> None:
    """500 with the request's id, and nothing of the error."""
    _break(clinic)
    answer = clinic.try_to_open()
    assert (answer.status, answer.slug) == (500, "internal-error")
    assert NAME not in answer.text
    assert "about" not in answer.text
