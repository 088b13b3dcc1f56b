"""A practitioner who wants to be paid."""

from typing import Any

from bedside.identity.person import user_id_of
from tests.functions.clinic import PSEUDONYM_KEY, Answer, Clinic


class Payee:
    """A practitioner who wants to be paid, and administrators."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        phones = {role: clinic.number(f"payouts {role}") for role in ("clinician", "facilityAdmin", "patient")}
        self.tokens = {role: clinic.member(clinic.facility, (role,), phone=phone) for role, phone in phones.items()}
        self.tokens["systemAdmin"] = clinic.member(None, ("systemAdmin",), phone=clinic.number("payouts admin"))
        self.practitioner = user_id_of(PSEUDONYM_KEY, phones["clinician"])
        self.provider = clinic.wiring.payouts.payouts

    def call(self, event: str, by: str = "clinician") -> Answer:
        path = {"practitionerId": self.practitioner}
        return self.clinic.call(f"payouts_{event}", token=self.tokens[by], path=path)

    def done(self, event: str, by: str = "clinician") -> Any:
        answer = self.call(event, by)
        assert answer.status == 200, answer
        return answer.json
