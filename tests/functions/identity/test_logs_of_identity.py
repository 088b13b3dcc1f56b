"""What is logged and answered about signing in says no code, token, number, name or reason."""

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.aws_calls import AwsCalls, listen
from tests.functions.clinic import NAME, NOTES, Answer, Clinic
from tests.functions.identity.test_otp import wrong
from tests.functions.platform.test_logs import JWT_LIKE

PHONE, OTHER = "+64215550111", "+64215550112"
# The user, the sign-in, the secret and the tag.
REFRESH_LIKE = re.compile(r"[a-z2-7]{40}[A-Za-z0-9_-]{44}")


@dataclass
class Story:
    """All that identity does, in good and in bad cases; keeps the refusals, and what must not be said."""

    clinic: Clinic
    refusals: list[Answer] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def call(self, function: str, body: Any = None, **given: Any) -> Any:
        answer = self.clinic.call(function, body, **given)
        if answer.status >= 400:
            self.refusals.append(answer)
        return answer.json if answer.text else None

    def send(self, phone: str) -> str:
        """Ask for a code, when the last one's cool-down is over."""
        self.clinic.wiring.ahead_ms += 60_000
        self.call("otp_send", {"phone": phone})
        code = self.clinic.wiring.identity.sms.code_for(phone)
        self.secrets.append(code)
        return code

    def verify(self, otp: str, phone: str) -> Any:
        self.secrets.append(otp)
        return self.call("otp_verify", {"phone": phone, "otp": otp})

    def member(self, *arguments: Any, **given: Any) -> str:
        self.secrets.append(self.clinic.member(*arguments, **given))
        return self.secrets[-1]

    def sign_in_and_lose_it(self) -> str:
        """Guess, sign in, renew, describe oneself, reuse a token; gives the access token."""
        code = self.send(PHONE)
        for guess in (wrong(code), wrong(wrong(code))):
            self.verify(guess, PHONE)
        first = self.verify(code, PHONE)
        self.verify(code, PHONE)
        second = self.call("auth_refresh", {"refreshToken": first["refreshToken"]})
        token = str(second["accessToken"])
        self.call("auth_me", token=token)
        for name in (NAME, NAME * 50):
            self.call("users_describe", {"displayName": name}, token=token)
        self.call("users_profile", token=token)
        self.clinic.wiring.ahead_ms += 60_000
        for pair in (second, first):
            self.secrets += [pair["accessToken"], pair["refreshToken"]]
            self.call("auth_refresh", {"refreshToken": pair["refreshToken"]})
        self.call("auth_me", token=token)
        return token

    def decide(self, token: str) -> None:
        """Do what an admin may, and what nobody may, with this token."""
        user_id = self.clinic.user_id(OTHER)
        for phone in (OTHER, NAME):
            self.call("users_page", token=token, query={"phone": phone})
            self.call("users_create", {"phone": phone, "roles": ["patient"], "facilityId": "FAC001"}, token=token)
        for roles in (["clinician", "patient"], [OTHER]):
            self.call("users_roles", {"roles": roles}, token=token, path={"userId": user_id})
        for decision in ("approve", NAME):
            body = {"userId": user_id, "decision": decision, "reason": NOTES}
            self.call("users_review", body, token=token)
        for whom, reason in ((user_id, NOTES), (NAME, NOTES), (user_id, NOTES * 100)):
            self.call("users_force", {"userId": whom, "reason": reason}, token=token)
        self.call("auth_kill_switch", {"userId": user_id}, token=token)
        self.call("auth_logout", token=token)

    def ask_for_nonsense(self) -> None:
        """Send numbers that are none, and bodies that are cut."""
        for number in (PHONE, "+64 21 555 01", f"+33{PHONE[3:]}", NAME):
            self.call("otp_send", raw=json.dumps({"phone": number})[:-1])
            self.call("otp_send", {"phone": number})
            self.call("otp_verify", {"phone": number, "otp": NAME})

    def guess_too_often(self) -> None:
        code = self.send(OTHER)
        for _ in range(7):
            self.verify(wrong(code), OTHER)
        self.verify(code, OTHER)

    def fail(self, calls: AwsCalls, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let messages, the record, and what nobody foresaw fail; the last quotes the number and the code."""
        for way in ("broken", "refusing"):
            self.clinic.wiring.ahead_ms += 60_000
            setattr(self.clinic.wiring.identity.sms, way, True)
            self.call("otp_send", {"phone": OTHER})
            setattr(self.clinic.wiring.identity.sms, way, False)
        code = self.send(OTHER)
        for failure in ("ThrottlingException", "InternalServerError", "no answer"):
            for operation in ("GetItem", "UpdateItem", "TransactWriteItems", "Query"):
                calls.time_out(operation) if failure == "no answer" else calls.fail(operation, failure)
            self.verify(code, OTHER)
            self.call("otp_send", {"phone": OTHER})
        calls.mend()
        self.clinic.wiring.ahead_ms += 3_600_000
        monkeypatch.setattr(type(self.clinic.wiring.identity.sms), "send", _quote)
        self.call("otp_send", {"phone": OTHER})


def test_signing_in_leaves_nothing_secret_in_logs_and_errors(
    clinic: Clinic, logged: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in what the functions write, nor in what they answer to whom they refuse."""
    story = Story(clinic)
    story.member("FAC001", ("clinician",), phone=OTHER, verification="pending")
    token = story.sign_in_and_lose_it()
    for caller in (
        token,
        "forged.x",
        story.member("FAC002", ("facilityAdmin",)),
        story.member("FAC001", ("facilityAdmin",)),
    ):
        story.decide(caller)
    story.ask_for_nonsense()
    story.guess_too_often()
    story.fail(listen(monkeypatch), monkeypatch)

    printed = capsys.readouterr()
    lines = (logged.getvalue() + printed.out).splitlines()
    everything = "\n".join([*lines, printed.err])
    for expected in ("refresh token reused", "RefreshTokenReused", "unexpected error", '"refused"', "ServerError"):
        assert expected in everything
    assert {answer.status for answer in story.refusals} >= {401, 403, 404, 409, 422, 429, 500, 503}
    errors = "\n".join(answer.text for answer in story.refusals)
    private = [NAME, "Aroha", "Ngata", NOTES, "itching", PHONE, PHONE[1:], PHONE[3:], OTHER, OTHER[3:], "555 01"]
    for secret in {*story.secrets, *private, clinic.wiring.platform.secrets.redis_token}:
        assert secret not in errors
        assert not _said(secret, everything), secret
    assert clinic.user_id(OTHER) not in errors
    assert not JWT_LIKE.search(everything)
    assert not REFRESH_LIKE.search(everything + errors)
    for line in filter(None, lines):
        assert isinstance(json.loads(line), dict), line


def _quote(_outbox: object, phone: str, text: str) -> None:
    """Fail as nobody foresaw."""
    raise RuntimeError(f"{phone}: {text}")


def _said(secret: str, everything: str) -> bool:
    """Tell whether a log says it. Six digits may be part of an instant or an id: a code stands alone."""
    return bool(re.search(rf"(?<![0-9a-f.:-]){re.escape(secret)}(?![0-9a-f.:+-])", everything))
