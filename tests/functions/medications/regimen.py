"""A patient with a plan, their clinician, and a neighbour who looks after them."""

from datetime import datetime
from typing import Any

from bedside.identity.person import user_id_of
from tests.functions.clinic import PSEUDONYM_KEY, Answer, Clinic

# A Monday, six in the morning in Berlin.
MONDAY = "2026-11-30T05:00:00+00:00"
EIGHT = "2026-11-30T07:00:00.000Z"
TWICE = {"kind": "times", "times": ["08:00", "20:00"], "startsOn": "2026-11-30"}
PLAN: dict[str, Any] = {"medicine": "Amoxicillin", "dose": "500 mg", "timeZone": "Europe/Berlin", "rule": TWICE}


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Regimen:
    """Calls of everybody who has to do with a patient's plans, at an instant that tests move on."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.phones = {
            role: clinic.number(f"plans {role}") for role in ("patient", "clinician", "carer", "facilityAdmin")
        }
        self.tokens: dict[str, str] = {}
        self.at(MONDAY)
        self.patient = user_id_of(PSEUDONYM_KEY, self.phones["patient"])

    def at(self, text: str) -> None:
        """Let it be an instant, at which everybody is signed in."""
        self.clinic.wiring.stopped_ms = instant(text)
        for role, phone in self.phones.items():
            roles = ("patient",) if role == "carer" else (role,)
            self.tokens[role] = self.clinic.member(self.clinic.facility, roles, phone=phone)

    def try_to_plan(self, by: str = "patient", key: str | None = None, **changes: Any) -> Answer:
        body = {"patientId": self.patient, **PLAN, **changes}
        headers = {"idempotency-key": key}
        return self.clinic.call("medications_create", body, token=self.tokens[by], headers=headers)

    def plan(self, by: str = "patient", **changes: Any) -> Any:
        answer = self.try_to_plan(by, **changes)
        assert answer.status == 201, answer
        return answer.json

    def ask(self, event: str, plan: Any, body: Any = None, *, by: str = "patient", **more: Any) -> Answer:
        """Make a call about a plan."""
        path = {"planId": plan["planId"]}
        return self.clinic.call(f"medications_{event}", body, token=self.tokens[by], path=path, **more)

    def look(self, plan: Any, by: str = "patient") -> Any:
        answer = self.ask("look", plan, by=by)
        assert answer.status == 200, answer
        return answer.json

    def change(self, plan: Any, body: Any, seen: str | None = '"1"', by: str = "patient") -> Answer:
        return self.ask("change", plan, body, by=by, headers={"if-match": seen})

    def plans(self, by: str = "patient", **query: str) -> list[str]:
        """Give the medicines of a list."""
        answer = self.clinic.call("medications_page", token=self.tokens[by], query=query)
        assert answer.status == 200, answer
        return [plan["medicine"] for plan in answer.json["plans"]]

    def try_to_ask(self, body: Any, by: str = "patient") -> Answer:
        """Ask somebody to be the patient's carer."""
        return self.clinic.call("medications_ask_carer", {"name": "Ana", **body}, token=self.tokens[by])

    def ask_carer(self) -> Any:
        answer = self.try_to_ask({"phone": self.phones["carer"]})
        assert answer.status == 201, answer
        return answer.json

    def care(self, step: str, care: Any, by: str = "patient") -> Answer:
        """Accept, decline or end what stands between the patient and a carer."""
        return self.clinic.call(f"medications_{step}_care", token=self.tokens[by], path={"careId": care["careId"]})

    def carers(self, by: str = "patient") -> Any:
        answer = self.clinic.call("medications_carers", token=self.tokens[by])
        assert answer.status == 200, answer
        return answer.json

    def answer(self, answer: str, dose: Any, body: Any = None, by: str = "patient") -> Answer:
        """Answer a dose."""
        path = {"doseId": dose["doseId"]}
        raw = "" if body is None and answer in {"taken", "snooze"} else None
        return self.clinic.call(f"medications_{answer}", body, token=self.tokens[by], path=path, raw=raw)

    def answered(self, answer: str, dose: Any, body: Any = None) -> Any:
        found = self.answer(answer, dose, body)
        assert found.status == 200, found
        return found.json

    def history(self, plan: Any, first: str, last: str, by: str = "patient") -> Any:
        answer = self.ask("doses", plan, by=by, query={"from": first, "to": last})
        assert answer.status == 200, answer
        return answer.json

    def fire(self) -> None:
        """Let the timers fire that are due."""
        for payload in self.clinic.wiring.medications.scheduler.due(self.clinic.wiring.now_ms()):
            self.clinic.invoke("timeout", dict(payload))

    def sweep(self) -> Any:
        return self.clinic.invoke("sweep", {}, remaining_ms=240_000)["plans"]
