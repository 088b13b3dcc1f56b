"""A patient who can be reached, and what is done for them."""

import re
from typing import Any

from bedside.identity.person import Person, user_id_of
from bedside.notifications.carriers import Carrier
from bedside.ports.channels import ChannelName, Delivery, Message
from local.push.service import Service
from tests.functions.clinic import PSEUDONYM_KEY, Answer, Clinic

ADDRESS = "Ana.Ngata@clinic.example"
MINUTE = 60_000


class Owner:
    """A patient with a phone number, and their contact points."""

    def __init__(self, clinic: Clinic, name: str = "owner") -> None:
        self.clinic = clinic
        self.phone = clinic.number(f"contact points {name}")
        self.token = clinic.member(None, ("patient",), phone=self.phone, ttl=86_400)
        self.user_id = user_id_of(PSEUDONYM_KEY, self.phone)
        self.channels = clinic.wiring.channels
        self.mail = self.channels.mail
        assert self.mail
        self.outbox = self.mail.sent

    def call(self, name: str, body: Any = None, **more: Any) -> Answer:
        return self.clinic.call(f"contact_points_{name}", body, token=self.token, **more)

    def done(self, name: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        answer = self.call(name, body, **more)
        assert answer.status == status, answer
        return answer.json if answer.text else None

    @property
    def person(self) -> Person:
        person = self.clinic.wiring.identity.people_read.find_unscoped(self.user_id)
        assert person
        return person

    def carrier(self, name: ChannelName) -> Carrier:
        return self.clinic.wiring.channels.carrier(name)

    def send(self, name: ChannelName, message: Message) -> Delivery:
        carrier = self.carrier(name)
        return carrier.send(self.person, carrier.addresses(self.person), message, self.clinic.wiring.now_ms())

    def later(self, ms: int) -> None:
        self.clinic.wiring.ahead_ms += ms

    def code(self) -> str:
        """Give the code of the last mail."""
        [code] = re.findall(r"\b[0-9]{6}\b", self.outbox[-1][1].text)
        return str(code)

    def confirm(self, address: str = ADDRESS) -> Any:
        self.done("request_mail_address", {"address": address}, status=202)
        return self.done("confirm_mail_address", {"code": self.code()})

    def subscribe(self, endpoint: str = "", **more: Any) -> Any:
        made = Service("https://updates.push.services.mozilla.com").subscribe()
        return {**made, **({"endpoint": endpoint} if endpoint else {}), **more}
