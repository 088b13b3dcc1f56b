"""Every limited call: its quota passes, then it is 429 with exact fields, and it passes again when it said so."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.limits import (
    LIVE_TICKET,
    PRESIGNED_URL,
    SESSION_CREATE,
    SESSION_PREVIEW,
    TOKEN_VALIDATE,
    UPLOAD_TOKEN,
)
from bedside.identity.limits import (
    ADMIN,
    EXPERT_VERIFICATION,
    FORCE_VERIFICATION,
    INVITE,
    OTP_SEND,
    OTP_VERIFY,
    PROFILE,
    ROLE_CHANGES,
    UNLOCK,
)
from bedside.platform.limits.policies import Policy
from bedside.visits.limits import VISITS
from tests.conftest import IDENTITY, Upstash
from tests.fakes.hostile import refused
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.line import counted

ADDRESS = "203.0.113.7"  # of all example events
ADMIN_PHONE, PATIENT_PHONE, TARGET_PHONE = "+64215550113", "+64215550114", "+64215550115"


@dataclass
class Caller:
    """Somebody who makes one of the limited calls, again and again."""

    clinic: Clinic
    upload_token: str = ""
    qr_token: str = ""
    watched: str = ""
    reasons: int = 0

    def admin(self, phone: str = ADMIN_PHONE) -> str:
        return self.clinic.member("FAC001", ("facilityAdmin",), phone=phone)

    def patient(self) -> str:
        return self.clinic.member("FAC001", ("patient",), phone=PATIENT_PHONE)

    def target(self) -> str:
        self.clinic.member("FAC001", ("clinician",), phone=TARGET_PHONE)
        return self.clinic.user_id(TARGET_PHONE)

    def set_roles(self) -> Answer:
        path = {"userId": self.target()}
        return self.clinic.call("users_roles", {"roles": ["clinician"]}, token=self.admin(), path=path)

    def force(self) -> Answer:
        self.reasons += 1  # the same again would be a duplicate
        body = {"userId": self.target(), "reason": f"Reason {self.reasons}."}
        return self.clinic.call("users_force", body, token=self.admin())

    def invite(self) -> Answer:
        """Invite somebody who was neither invited nor signed in, however often that happens."""
        user_id = self.target()
        untouched = "SET #families = :none REMOVE #invitedAt"
        Table(IDENTITY).update(user_id, untouched, condition="attribute_exists(#pk)", values={"none": {}})
        return self.clinic.call("users_invite", token=self.admin(), path={"userId": user_id})

    def unlock(self) -> Answer:
        return self.clinic.call("users_unlock", token=self.admin(), path={"userId": self.target()})

    def review(self) -> Answer:
        body = {"userId": self.target(), "decision": "approve"}
        return self.clinic.call("users_review", body, token=self.admin())

    def page(self) -> Answer:
        return self.clinic.call("users_page", token=self.admin())

    def counters(self) -> Answer:
        return self.clinic.call("users_counters", token=self.admin())

    def create(self) -> Answer:
        body = {"phone": "+64215550190", "roles": ["clinician"], "facilityId": "FAC001"}
        return self.clinic.call("users_create", body, token=self.admin())

    def profile(self) -> Answer:
        return self.clinic.call("users_profile", token=self.patient())

    def describe(self) -> Answer:
        return self.clinic.call("users_describe", token=self.patient())

    def send(self) -> Answer:
        return self.clinic.call("otp_send", {"phone": "+64215550191"})

    def verify(self) -> Answer:
        phone = "+64215550191"
        answer = self.clinic.call("otp_send", {"phone": phone})
        assert answer.status in {202, 429}
        return self.clinic.verify(phone, self.clinic.wiring.identity.sms.code_for(phone))

    def open(self) -> Answer:
        return self.clinic.try_to_open()

    def watch(self) -> Answer:
        if not self.watched:
            self.watched = self.clinic.open()["token"]
        return self.clinic.call("live_ticket", token=self.clinic.clinician())

    def add(self) -> Answer:
        if not self.watched:
            self.watched = self.clinic.open()["token"]
        return self.clinic.call("upload_token", token=self.clinic.clinician())

    def scan(self) -> Answer:
        self.qr_token = self.qr_token or self.clinic.open()["token"]
        return self.clinic.validate(self.qr_token)

    def visits(self) -> Answer:
        return self.clinic.call("visits_page", token=self.patient())

    def ask(self) -> Answer:
        self.upload_token = self.upload_token or self.clinic.phone()
        return self.clinic.ask(self.upload_token, "a")

    def show(self) -> Answer:
        self.upload_token = self.upload_token or self.clinic.phone()
        return self.clinic.call("session_preview", token=self.upload_token)


@dataclass(frozen=True)
class Limited:
    """A limited call, whose calls are counted there, and what nobody may do with it."""

    policy: Policy
    call: Callable[[Caller], Answer]
    who: Callable[[Clinic], str]


def of_admin(clinic: Clinic) -> str:
    return clinic.user_id(ADMIN_PHONE)


def of_patient(clinic: Clinic) -> str:
    return clinic.user_id(PATIENT_PHONE)


def of_address(_: Clinic) -> str:
    return ADDRESS


def of_clinician(clinic: Clinic) -> str:
    return clinic.user_id(clinic.number(f"{clinic.facility}{('clinician',)}verified"))


def of_session(clinic: Clinic) -> str:
    item = clinic.item()
    assert item
    return str(item["pk"])


CALLS = {
    "PUT roles": Limited(ROLE_CHANGES, Caller.set_roles, of_admin),
    "POST force-verification": Limited(FORCE_VERIFICATION, Caller.force, of_admin),
    "POST invite": Limited(INVITE, Caller.invite, of_admin),
    "POST unlock": Limited(UNLOCK, Caller.unlock, of_admin),
    "POST verify-specific": Limited(EXPERT_VERIFICATION, Caller.review, of_admin),
    "GET users": Limited(ADMIN, Caller.page, of_admin),
    "GET counters": Limited(ADMIN, Caller.counters, of_admin),
    "POST users": Limited(ADMIN, Caller.create, of_admin),
    "GET profile": Limited(PROFILE, Caller.profile, of_patient),
    "PATCH profile": Limited(PROFILE, Caller.describe, of_patient),
    "POST send": Limited(OTP_SEND, Caller.send, of_address),
    "POST verify": Limited(OTP_VERIFY, Caller.verify, of_address),
    "POST session": Limited(SESSION_CREATE, Caller.open, of_clinician),
    "POST live-ticket": Limited(LIVE_TICKET, Caller.watch, of_clinician),
    "POST upload-token": Limited(UPLOAD_TOKEN, Caller.add, of_clinician),
    "GET token": Limited(TOKEN_VALIDATE, Caller.scan, of_address),
    "POST presigned-url": Limited(PRESIGNED_URL, Caller.ask, of_session),
    "POST preview": Limited(SESSION_PREVIEW, Caller.show, of_session),
    "GET visits": Limited(VISITS, Caller.visits, of_patient),
}
EACH = pytest.mark.parametrize("name", CALLS)


@pytest.fixture
def caller(clinic: Clinic) -> Caller:
    """Somebody whose clock stands still until a test moves it on."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    return Caller(clinic)


def use_up(clinic: Clinic, limited: Limited, *, but: int) -> None:
    """Count calls of the caller until `but` are left."""
    limiter, who = clinic.wiring.platform.limiter, limited.who(clinic)
    while limiter.check(limited.policy, who, clinic.wiring.now_ms()).remaining > but:
        pass


@EACH
def test_the_last_one_passes_and_the_next_does_not(caller: Caller, upstash: Upstash, name: str) -> None:
    """429 with the quota and when; more of them cost no request; it passes at the second that was told."""
    limited, clinic = CALLS[name], caller.clinic
    policy, limit = limited.policy, limited.policy.limit
    assert limited.call(caller).status < 300
    use_up(clinic, limited, but=1)
    assert limited.call(caller).status != 429
    refused_call = limited.call(caller)
    refusal(refused_call, 429, "too-many-requests")
    wait = limit.window_s if policy.shape == "window" else -(-limit.window_s // limit.quota)
    fields = {
        "retry-after": str(wait),
        "ratelimit-policy": f'"{limit.name}";q={limit.quota};w={limit.window_s}',
        "ratelimit": f'"{limit.name}";r=0;t={wait}',
    }
    assert {field: refused_call.headers[field] for field in fields} == fields
    before = upstash.requests()
    for _ in range(3):
        assert limited.call(caller).status == 429
    assert upstash.requests() - before == (3 if name == "POST verify" else 0)  # for which a code is sent first
    if policy.shape == "window":
        clinic.wiring.ahead_ms += wait * 1000 - 1
        assert limited.call(caller).headers["retry-after"] == "1"
        clinic.wiring.ahead_ms += 1
    else:
        clinic.wiring.ahead_ms += wait * 1000
    assert limited.call(caller).status != 429


@EACH
def test_answers_say_how_much_is_left(caller: Caller, name: str) -> None:
    """The quota, what is left of it after this call, and the seconds until it is whole again."""
    limited, limit = CALLS[name], CALLS[name].policy.limit
    whole = limit.window_s if limited.policy.shape == "window" else -(-limit.window_s // limit.quota)
    answer = limited.call(caller)
    assert answer.status < 300
    assert answer.headers["ratelimit-policy"] == f'"{limit.name}";q={limit.quota};w={limit.window_s}'
    assert answer.headers["ratelimit"] == f'"{limit.name}";r={limit.quota - 1};t={whole}'
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(
    "call",
    [
        "users_roles",
        "users_force",
        "users_unlock",
        "users_remove",
        "users_review",
        "users_page",
        "users_create",
        "users_profile",
        "users_describe",
        "session_create",
        "presigned_url",
        "visits_page",
        "visits_join",
        "visits_write_notes",
    ],
)
def test_whoever_is_refused_is_not_counted(caller: Caller, upstash: Upstash, call: str) -> None:
    """401 and 403 come before the limit and cost no request, so that nobody uses up another's quota."""
    clinic = caller.clinic
    before = upstash.requests()
    assert clinic.call(call, token="made-up").status == 401
    if call not in {"users_profile", "users_describe", "presigned_url"} and not call.startswith("visits_"):
        refusal(clinic.call(call, token=caller.patient()), 403, "forbidden")
    assert upstash.requests() == before
    assert clinic.wiring.platform.redis.execute("KEYS", "*:limit:*") == []


def test_a_phone_of_another_encounter_is_not_counted(caller: Caller) -> None:
    """Nor is one whose request is not valid."""
    token = caller.clinic.phone()
    refusal(caller.clinic.ask(token, "a", encounterId="ENC-OTHER"), 403, "wrong-encounter")
    refusal(caller.clinic.ask(token, "a", contentLength=0), 422, "invalid-request")
    assert caller.clinic.wiring.platform.redis.execute("KEYS", "*:limit:presigned-url:*") == []


def test_calls_that_find_nothing_are_counted(caller: Caller) -> None:
    """Five guesses at users are five role changes."""
    clinic = caller.clinic
    for _ in range(5):
        refusal(clinic.call("users_roles", token=caller.admin()), 404, "user-not-found")
    refusal(clinic.call("users_roles", token=caller.admin()), 429, "too-many-requests")


def test_each_administrator_has_their_own(caller: Caller) -> None:
    """What one has used up the other has whole; and each kind of call has its own."""
    use_up(caller.clinic, CALLS["PUT roles"], but=0)
    refusal(caller.set_roles(), 429, "too-many-requests")
    body, other = {"roles": ["clinician"]}, caller.admin("+64215550116")
    answer = caller.clinic.call("users_roles", body, token=other, path={"userId": caller.target()})
    assert (answer.status, answer.headers["ratelimit"]) == (200, '"role-changes";r=4;t=3600')
    assert caller.force().status == 200


def test_lists_and_new_users_share_a_limit(caller: Caller) -> None:
    """/admin/* is a hundred in ten minutes, and /user/* thirty in five."""
    assert caller.page().headers["ratelimit"] == '"admin";r=99;t=600'
    assert caller.create().headers["ratelimit"] == '"admin";r=98;t=600'
    assert caller.profile().headers["ratelimit"] == '"profile";r=29;t=300'
    assert caller.describe().headers["ratelimit"] == '"profile";r=28;t=300'


def test_all_calls_of_visits_share_a_limit(caller: Caller) -> None:
    """Three hundred in five minutes, whatever they ask for, and although they find nothing."""
    assert caller.visits().headers["ratelimit"].startswith('"visits";r=299;')
    calls = ("look", "join", "token", "start", "end", "cancel", "summary", "notes", "notes_history", "recording")
    for call in calls:
        path, query = {"visitId": "nothing"}, {"joining": "a"}
        answer = caller.clinic.call(f"visits_{call}", token=caller.patient(), path=path, query=query)
        refusal(answer, 404, "visit-not-found")
    answer = caller.clinic.call("visits_watch", token=caller.patient())
    assert answer.headers["ratelimit"].startswith(f'"visits";r={298 - len(calls)};')


def test_wrong_codes_use_up_their_own_limit_and_this_one(caller: Caller) -> None:
    """A refusal of the record (too many codes) keeps its own fields."""
    clinic, answers = caller.clinic, []
    for _ in range(6):
        answers.append(clinic.call("otp_send", {"phone": "+64215550192"}))
        clinic.wiring.ahead_ms += 31_000
    refusal(answers[-1], 429, "too-many-codes")
    assert "otp-send-address" not in answers[-1].headers["ratelimit"]


def test_being_limited_is_counted_and_logged_apart(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    """`RateLimited`, and nothing of the limiter being away."""
    use_up(caller.clinic, CALLS["GET profile"], but=0)
    capsys.readouterr()
    assert caller.profile().status == caller.profile().status == 429
    sums = counted(capsys.readouterr().out)
    assert sums["RateLimited"] == 2
    assert not {"RateLimiterAway", "RedisFailure"} & set(sums)


class TestWithoutRedis:
    """The limits hold in each process."""

    @pytest.fixture
    def redis_url(self) -> str:
        return refused()

    @EACH
    def test_the_last_one_passes_and_the_next_does_not(self, caller: Caller, name: str) -> None:
        """As with Redis."""
        limited, clinic = CALLS[name], caller.clinic
        limit = limited.policy.limit
        assert limited.call(caller).status < 300
        use_up(clinic, limited, but=1)
        assert limited.call(caller).status != 429
        answer = limited.call(caller)
        refusal(answer, 429, "too-many-requests")
        wait = limit.window_s if limited.policy.shape == "window" else -(-limit.window_s // limit.quota)
        assert answer.headers["ratelimit"] == f'"{limit.name}";r=0;t={wait}'
        assert answer.headers["retry-after"] == str(wait)
        clinic.wiring.ahead_ms += wait * 1000
        assert limited.call(caller).status != 429

    def test_another_process_counts_for_itself(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        """As the documents say."""
        use_up(caller.clinic, CALLS["PUT roles"], but=0)
        refusal(caller.set_roles(), 429, "too-many-requests")
        caller.clinic.another_process(monkeypatch, "users")
        assert caller.set_roles().headers["ratelimit"] == '"role-changes";r=4;t=3600'

    def test_the_limiter_being_away_is_counted_apart(self, caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
        """`RateLimiterAway` for each call that was counted here, `RateLimited` only for those that were too many."""
        capsys.readouterr()
        assert caller.profile().status == 200
        sums = counted(capsys.readouterr().out)
        assert (sums["RateLimiterAway"], sums["RateLimited"]) == (1, 0)
        use_up(caller.clinic, CALLS["GET profile"], but=0)
        capsys.readouterr()
        assert caller.profile().status == 429
        sums = counted(capsys.readouterr().out)
        assert sums["RateLimited"] == 1
