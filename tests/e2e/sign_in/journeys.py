"""From a number to the sign-out, and how a sign-in is cut off: with Redis, and without."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.e2e.aws import Aws
from tests.e2e.people import Clinician, Phone, Reception, SignedIn, new_facility, new_number, slug_of

EVERYWHERE_SECONDS = 5.0


def _clinician(person: SignedIn) -> Clinician:
    assert person.token
    return Clinician(person.http, person.token)


class Ward:
    """A session of one facility that two clinicians watch, and its phone."""

    def __init__(self, reception: Reception) -> None:
        self.reception, self.facility = reception, new_facility()
        self.encounter = f"enc-{secrets.token_hex(6)}"
        self.lost, self.other = (reception.enrol(self.facility, "clinician") for _ in range(2))
        self.opened = self.open(self.lost)
        self.phone = Phone.scan(reception.http, self.opened["token"])

    def open(self, person: SignedIn) -> dict[str, str]:
        return _clinician(person).open(self.encounter, facilityId=self.facility)

    def calls(self) -> list[tuple[str, str, object]]:
        """Return a call to each of several functions; each runs in processes of its own."""
        images = f"/session/images/{self.encounter}"
        session = {"encounterId": self.encounter, "patientId": "patient-1", "facilityId": self.facility}
        return [
            ("POST", "/session/create", session),
            ("POST", "/session/live-ticket", {"encounterId": self.encounter}),
            ("GET", images, None),
            ("PATCH", f"{images}/image-1", {"metadata": {"notes": secrets.token_hex(4)}}),
            ("GET", "/auth/me", None),
            ("GET", "/user/profile", None),
        ]

    def ask_everywhere(self, person: SignedIn) -> list[int]:
        """Make every call three times, several at once, so that no process of a function is left out."""
        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(lambda call: person.call(*call).status_code, self.calls() * 3))


def _ticket(ward: Ward, person: SignedIn) -> str:
    answer = person.call("POST", "/session/live-ticket", {"encounterId": ward.encounter})
    assert answer.status_code == 200, answer.text
    return f"{answer.json()['url']}?ticket={answer.json()['ticket']}"


def _hears(socket: ClientConnection, word: str, seconds: float = 20) -> bool:
    """Tell whether a socket hears of something before it is closed or the time is over."""
    deadline = time.monotonic() + seconds
    try:
        while word not in str(socket.recv(timeout=max(0.0, deadline - time.monotonic()))):
            pass
    except (TimeoutError, ConnectionClosed):
        return False
    return True


def kill_switch(reception: Reception, aws: Aws, who: str) -> None:
    """Five seconds after it every function, a ticket, an open socket and a refresh are closed to the lost phone."""
    ward = Ward(reception)
    assert ward.phone.notify(ward.phone.upload("image-1")).status_code in {200, 201}
    if who == "the person":
        aws.set_person(ward.lost.user_id, "nextSendAt", 0)
        killer, body = reception.sign_in(ward.lost.phone), {}
    else:
        killer, body = reception.enrol(ward.facility, "facilityAdmin"), {"userId": ward.lost.user_id}
    with ExitStack() as stack:
        lost = stack.enter_context(connect(_ticket(ward, ward.lost)))
        other = stack.enter_context(connect(_ticket(ward, ward.other)))
        unused = _ticket(ward, ward.lost)
        assert set(ward.ask_everywhere(ward.lost)) <= {200, 201}
        assert _hears(lost, "image-updated")
        assert _hears(other, "image-updated")
        assert ward.lost.call("GET", "/auth/me").status_code == 200
        assert killer.call("POST", "/auth/kill-switch", body).status_code == 204
        killed = time.monotonic()
        assert reception.refresh(ward.lost.pair["refreshToken"]).status_code == 401
        time.sleep(max(0.0, killed + EVERYWHERE_SECONDS - time.monotonic()))  # real time: what is promised is a span
        assert set(ward.ask_everywhere(ward.lost)) == {401}
        with pytest.raises(InvalidStatus):
            stack.enter_context(connect(unused))
        assert ward.phone.notify(ward.phone.upload("image-2")).status_code in {200, 201}
        assert _hears(other, "image-2")
        assert not _hears(lost, "image-2", seconds=1)
    assert set(ward.ask_everywhere(ward.other)) <= {200, 201}
    assert set(ward.ask_everywhere(killer)) == ({401} if who == "the person" else {200, 403})


def from_the_number_to_the_sign_out(reception: Reception) -> None:
    """A code by message, in its exact form; a sign-in as a patient; a new pair for the old; and the end of it."""
    phone = new_number()
    sent = reception.send(phone)
    assert (sent.status_code, sent.json()) == (202, {"phone": phone, "expiresIn": 300, "resendAfter": 30})
    (message,) = reception.messages(phone)
    code = message["text"][:6]
    assert message["text"] == (
        f"{code} is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@localhost #{code}"
    )
    again = reception.send(phone)
    assert again.status_code == 202
    assert 0 < again.json()["resendAfter"] <= 30
    assert len(reception.messages(phone)) == 1
    answer = reception.verify(phone, code)
    person = reception.of(answer)
    assert person.pair["expiresIn"] == 900
    assert person.user["roles"] == ["patient"]
    assert (person.user["phone"], person.user["facilityId"]) == (phone, None)
    assert slug_of(reception.verify(phone, code)) == "otp-invalid"
    assert person.call("GET", "/auth/me").json() == person.user
    renewed = reception.of(reception.refresh(person.pair["refreshToken"]))
    assert renewed.pair["refreshToken"] != person.pair["refreshToken"]
    assert renewed.call("GET", "/auth/me").json()["userId"] == person.user_id
    assert renewed.call("POST", "/auth/logout").status_code == 204
    assert renewed.call("GET", "/auth/me").status_code == 401
    assert reception.refresh(renewed.pair["refreshToken"]).status_code == 401
