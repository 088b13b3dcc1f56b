"""What is logged and answered about visits says nobody's name or id, nothing of notes and reasons, and no token."""

import io
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.visits.notes.service import NotesService
from tests.conftest import IDENTITY, client
from tests.fakes.aws_calls import listen
from tests.functions.clinic import NAME, NOTES, Answer, event_of
from tests.functions.platform.test_logs import JWT_LIKE
from tests.functions.surgery import MINUTE, START, Surgery
from tests.functions.visits.test_visits import CALLS

REASON, DOCTOR = "She wants to keep this quiet.", "Dr Wiremu Parata"
TEXTS = {"chiefComplaint": NOTES, "observations": "Swollen ankle.", "assessment": "", "plan": "Antihistamine."}


@dataclass
class Story:
    """All that visits do, in good and in bad cases; keeps the refusals, and what must not be said."""

    surgery: Surgery
    refusals: list[Answer] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def ask(self, call: str, token: str, body: Any = None, **more: Any) -> Any:
        answer = self.surgery.ask(call, token, body, **more)
        if answer.status >= 400:
            self.refusals.append(answer)
        return answer.json

    def everybody_tries_everything(self) -> None:
        """Call as a colleague, as another facility's clinician, as another patient and as nobody, with good bodies."""
        clinic = self.surgery.clinic
        tokens = [clinic.clinician(), clinic.clinician("FAC002"), clinic.member("FAC001", ("patient",)), "forged.x"]
        for token in tokens:
            self.secrets.append(token)
            for call in CALLS:
                body = {"write_notes": TEXTS, "cancel": {"reason": REASON}}.get(call)
                self.ask(call, token, body, query={"joining": "a"})

    def meet(self) -> None:
        """Join, fetch, lose each other, come back, write, end and look back."""
        surgery = self.surgery
        for token in (surgery.patient, surgery.practitioner):
            joined = self.ask("join", token, {})
            joining = joined["tokenUrl"].rpartition("=")[2]
            for _ in range(2):
                fetched = self.ask("token", token, query={"joining": joining})
            self.secrets += [joining, joined["room"]["url"], f"token.{joined['room']['roomId']}.{joining}"]
            assert fetched["status"] == 404
        surgery.hear("peer.join.success", joining)
        surgery.hear("peer.leave.success", joining)
        self.ask("join", surgery.practitioner, {})
        for seen in ('"0"', '"0"', '"9"', NAME, None):
            answer = surgery.write_notes(TEXTS | {"plan": f"{TEXTS['plan']} {seen}"}, seen)
            if answer.status >= 400:
                self.refusals.append(answer)
        for name, text in TEXTS.items():
            self.ask(
                "write_notes", surgery.practitioner, TEXTS | {name: text * 10_000 or 7}, headers={"if-match": '"1"'}
            )
        self.ask("cancel", surgery.patient, {"reason": REASON})
        self.ask("cancel", surgery.patient, {"reason": REASON * 100})
        self.ask("end", surgery.practitioner, {"reason": REASON})
        for call in ("summary", "notes", "notes_history", "recording", "join"):
            self.ask(call, surgery.practitioner)

    def listen(self) -> None:
        """Watch with a ticket, a wrong one, and over a connection that is broken."""
        clinic = self.surgery.clinic
        ticket = clinic.call("visits_watch", {}, token=self.surgery.patient).json["ticket"]
        self.secrets.append(ticket)
        for text, connection in ((ticket, "broken-1"), (ticket, "here-1"), (f"{ticket[:-4]}AAAA", "here-2")):
            event = event_of("live")
            event["queryStringParameters"] = {"ticket": text}
            event["requestContext"]["connectionId"] = connection
            clinic.invoke("live", event)

    def fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the record, the provider, the schedules, and what nobody foresaw fail; the last quotes everything."""
        surgery, calls = self.surgery, listen(monkeypatch)
        wiring = surgery.clinic.wiring
        surgery.visit_id = surgery.book()["visitId"]
        for failure in ("ThrottlingException", "no answer"):
            for operation in ("GetItem", "UpdateItem", "TransactWriteItems", "Query", "PutItem"):
                calls.time_out(operation) if failure == "no answer" else calls.fail(operation, failure)
                self.ask("join", surgery.patient, {})
                surgery.write_notes(TEXTS, '"0"')
                answer = surgery.clinic.call("visits_book", surgery.booking(), token=surgery.practitioner, key=failure)
                self.refusals += [answer] if answer.status >= 400 else []
                calls.mend()
        wiring.visits.rooms.away = wiring.visits.scheduler.away = True
        for call in ("join", "start", "end", "cancel"):
            self.ask(call, surgery.practitioner, {})
        surgery.at(60 * MINUTE)
        for invoked in ("timeout", "sweep"):
            event = {"kind": "visit", "id": surgery.visit_id} if invoked == "timeout" else {}
            with suppress(UnavailableError):
                surgery.clinic.invoke(invoked, event)
        wiring.visits.rooms.away = wiring.visits.scheduler.away = False
        surgery.sweep()
        monkeypatch.setattr(NotesService, "save", _quote)
        self.refusals.append(surgery.write_notes(TEXTS, '"0"'))


def _quote(_notes: object, who: Any, visit_id: str, request: Any, *_: object) -> None:
    """Fail as nobody foresaw."""
    raise RuntimeError(f"{who} {visit_id} {request.model_dump()} {NAME}")


def _name(user_id: str, name: str) -> None:
    client("dynamodb").update_item(
        TableName=IDENTITY,
        Key={"pk": {"S": user_id}},
        UpdateExpression="SET displayName = :name",
        ExpressionAttributeValues={":name": {"S": name}},
    )


def test_visits_leave_nothing_secret_in_logs_and_errors(
    surgery: Surgery, logged: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in what the functions write, nor in what they answer to whom they refuse."""
    clinic, booking = surgery.clinic, surgery.booking()
    _name(booking["patientId"], NAME)
    _name(booking["practitionerId"], DOCTOR)
    clinic.wiring.stopped_ms = START + 6000  # what was known of them is asked anew
    surgery.visit_id = surgery.book()["visitId"]
    assert (surgery.look()["patientName"], surgery.look()["practitionerName"]) == (NAME, DOCTOR)
    story = Story(surgery, secrets=[surgery.patient, surgery.practitioner])
    story.everybody_tries_everything()
    story.listen()
    story.meet()
    story.fail(monkeypatch)

    printed = capsys.readouterr()
    lines = (logged.getvalue() + printed.out).splitlines()
    everything = "\n".join([*lines, printed.err])
    for expected in ("unexpected error", '"refused"', "ServerError", "live publish failed", "visit not followed"):
        assert expected in everything, expected
    assert {answer.status for answer in story.refusals} >= {401, 403, 404, 409, 412, 422, 428, 500, 503}
    errors = "\n".join(answer.text for answer in story.refusals)
    texts = [NAME, "Aroha", DOCTOR, "Wiremu", REASON, "quiet", NOTES, "itching", "Swollen", "Antihistamine"]
    people = [booking["patientId"], booking["practitionerId"], clinic.number("visit patient"), "auth_token="]
    for secret in [*texts, *people, *story.secrets, clinic.wiring.platform.secrets.redis_token]:
        assert secret not in errors, secret
        assert secret not in everything, secret
    assert not JWT_LIKE.search(everything)
    for line in filter(None, lines):
        assert isinstance(json.loads(line), dict), line
