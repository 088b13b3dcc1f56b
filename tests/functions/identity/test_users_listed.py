"""GET /admin/users from the cache: what it costs, what it may trail, and that it is nobody else's."""

from typing import Any

import pytest

from bedside.platform.transient.cache import LIFE_MS, NEGATIVE_LIFE_MS
from bedside.platform.transient.invalidations import VERSION_MS
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.line import Line, counted
from tests.functions.steering import SteeredWiring

PHONE, OTHER = "+64215550111", "+64215550112"
EACH = pytest.mark.parametrize("query", [{}, {"phone": PHONE}], ids=["page", "number"])


@pytest.fixture
def line(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The line to Redis, whose scripts are known; everybody's clock stands."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    line = Line(redis_url, monkeypatch)
    token = clinic.member("FAC009", ("facilityAdmin",))
    clinic.call("users_page", token=token, query={})
    clinic.wiring.identity.user_directory.invalidate("nobody", "FAC009", clinic.wiring.now_ms())
    line.spent()
    return line


def admin(clinic: Clinic, facility: str | None = "FAC001", *roles: str) -> str:
    """Give an admin's token; the process remembers them from here on."""
    token = clinic.member(facility, roles or ("facilityAdmin",))
    clinic.call("users_page", token=token, query={"phone": "+64215559999"})
    return token


def subject(clinic: Clinic, facility: str | None = "FAC001") -> str:
    return clinic.member(facility, ("clinician",), phone=PHONE, verification="pending")


def look(clinic: Clinic, token: str, query: Any) -> dict[str, Any]:
    """Give the users that are listed, by number."""
    answer = clinic.call("users_page", token=token, query=query)
    assert answer.status == 200, answer
    return {user["phone"]: user for user in answer.json["users"]}


@EACH
def test_a_second_look_asks_the_record_nothing(clinic: Clinic, line: Line, query: Any) -> None:
    """The first finds nothing in Redis, reads and keeps it; the limit is a request of its own."""
    subject(clinic)
    token = admin(clinic)
    line.spent()
    first = look(clinic, token, query)
    assert line.spent() == (3, 1)
    assert look(clinic, token, query) == first
    assert line.spent() == (2, 0)
    assert first[PHONE]["verification"] == "pending"


def test_that_nobody_has_a_number_is_known_for_ten_seconds(clinic: Clinic, line: Line) -> None:
    """Then the record is asked again."""
    token = admin(clinic)
    line.spent()
    for ahead, records in ((0, 1), (0, 0), (NEGATIVE_LIFE_MS, 2)):  # the admin is read anew as well
        clinic.wiring.ahead_ms += ahead
        assert look(clinic, token, {"phone": PHONE}) == {}
        assert line.spent()[1] == records


def test_other_pages_are_read_from_the_record(clinic: Clinic, line: Line) -> None:
    """Few look at them."""
    for number in range(51):
        clinic.member("FAC001", ("patient",), phone=f"+6421555{number:04d}")
    token = admin(clinic)
    cursor = clinic.call("users_page", token=token, query={}).json["cursor"]
    line.spent()
    for _ in range(2):
        assert len(look(clinic, token, {"cursor": cursor})) == 2
        assert line.spent() == (1, 1)


def approve(clinic: Clinic, token: str) -> Answer:
    return clinic.call("users_review", {"userId": clinic.user_id(PHONE), "decision": "approve"}, token=token)


def reject(clinic: Clinic, token: str) -> Answer:
    return clinic.call("users_review", {"userId": clinic.user_id(PHONE), "decision": "reject"}, token=token)


def force(clinic: Clinic, token: str) -> Answer:
    return clinic.call("users_force", {"userId": clinic.user_id(PHONE), "reason": "x"}, token=token)


def set_roles(clinic: Clinic, token: str) -> Answer:
    path = {"userId": clinic.user_id(PHONE)}
    return clinic.call("users_roles", {"roles": ["patient"]}, token=token, path=path)


def describe(clinic: Clinic, _token: str) -> Answer:
    return clinic.call("users_describe", {"displayName": "Aroha"}, token=subject(clinic))


def create(clinic: Clinic, token: str) -> Answer:
    body = {"phone": PHONE, "roles": ["clinician"], "facilityId": "FAC001"}
    return clinic.call("users_create", body, token=token)


@EACH
@pytest.mark.parametrize("act", [approve, reject, force, set_roles, describe, create], ids=lambda act: act.__name__)
def test_every_change_is_seen_at_once(
    clinic: Clinic, line: Line, monkeypatch: pytest.MonkeyPatch, act: Any, query: Any
) -> None:
    """In every process, by facility and by number, by the facility's admins and the system's."""
    if act is not create:
        subject(clinic)
    token, everywhere = admin(clinic), admin(clinic, None, "systemAdmin")
    whole = {"facilityId": "FAC001", **query}
    before = look(clinic, token, query).get(PHONE)
    assert look(clinic, everywhere, whole).get(PHONE) == before
    clinic.another_process(monkeypatch, "users")
    line.spent()
    answer = act(clinic, token)
    assert answer.status in {200, 201}, answer
    # The limit, all that is let go, and whether it was submitted before.
    assert line.spent()[0] == (3 if act is force else 2)
    clinic.wiring.serve(monkeypatch, "users")
    for _ in range(2):
        assert look(clinic, token, query)[PHONE] == look(clinic, everywhere, whole)[PHONE] == answer.json
    assert answer.json != before


def test_a_page_is_not_kept_while_its_index_may_trail(clinic: Clinic, line: Line) -> None:
    """For five seconds after a change the record is read, whose index is a moment behind."""
    token = admin(clinic)
    create(clinic, token)
    line.spent()
    for _ in range(2):
        assert PHONE in look(clinic, token, {})
        assert line.spent() == (2, 1)
    for tag in clinic.wiring.platform.redis.execute("KEYS", "*:cache:tag:*"):  # type: ignore[union-attr]  # a list
        clinic.wiring.platform.redis.execute("PEXPIRE", str(tag), VERSION_MS - 5001)
    look(clinic, token, {})
    line.spent()
    look(clinic, token, {})
    assert line.spent() == (2, 0)


@EACH
def test_a_sign_in_may_trail_by_thirty_seconds(clinic: Clinic, line: Line, query: Any) -> None:  # noqa: ARG001  # clocks stand
    """When somebody was here last is not worth a request at every sign-in."""
    token = admin(clinic)
    create(clinic, token)
    for tag in clinic.wiring.platform.redis.execute("KEYS", "*:cache:tag:*"):  # type: ignore[union-attr]  # a list
        clinic.wiring.platform.redis.execute("DEL", str(tag))
    assert look(clinic, token, query)[PHONE]["lastSignInAt"] is None
    clinic.sign_in(PHONE)
    assert look(clinic, token, query)[PHONE]["lastSignInAt"] is None
    clinic.wiring.ahead_ms += LIFE_MS
    assert look(clinic, token, query)[PHONE]["lastSignInAt"]


def test_no_answer_is_another_facilitys(clinic: Clinic, line: Line) -> None:
    """Whoever asked first: the facility that has somebody, another, or an admin of all."""
    subject(clinic)
    own, foreign, everywhere = admin(clinic), admin(clinic, "FAC002"), admin(clinic, None, "systemAdmin")
    line.spent()
    for asking in ((own, foreign, everywhere), (foreign, everywhere, own), (everywhere, foreign, own)):
        clinic.call_anew()
        for _ in range(2):
            for token in asking:
                assert (PHONE in look(clinic, token, {"phone": PHONE})) == (token != foreign)
    assert line.spent()[1] == 9  # each once after everything was forgotten
    assert PHONE in look(clinic, own, {})
    assert PHONE not in look(clinic, foreign, {})
    refusal(clinic.call("users_page", token=foreign, query={"facilityId": "FAC001"}), 403, "forbidden")


def test_an_answer_that_is_another_facilitys_is_not_shown(
    clinic: Clinic, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should it ever be found under one's own name: whose somebody is, is looked at once more."""
    subject(clinic)
    own, foreign = admin(clinic), admin(clinic, "FAC002")
    found = look(clinic, own, {"phone": PHONE})[PHONE]
    monkeypatch.setattr(clinic.wiring.platform.cache, "get", lambda *_, **__: found)
    assert look(clinic, own, {"phone": PHONE}) == {PHONE: found}
    assert look(clinic, foreign, {"phone": PHONE}) == {}
    assert line.spent()


def test_an_admin_who_moved_sees_only_where_they_are(clinic: Clinic, line: Line) -> None:
    """Though what they looked at before is still kept: whose list it is, is asked first."""
    subject(clinic)
    token = clinic.member("FAC001", ("facilityAdmin",), phone=OTHER)
    assert PHONE in look(clinic, token, {})
    assert PHONE in look(clinic, token, {"phone": PHONE})
    clinic.member("FAC002", ("facilityAdmin",), phone=OTHER)
    clinic.wiring.ahead_ms += 5000
    line.spent()
    refusal(clinic.call("users_page", token=token, query={"facilityId": "FAC001"}), 403, "forbidden")
    assert line.spent() == (1, 1)  # who they are, and the limit
    assert PHONE not in look(clinic, token, {"phone": PHONE})


def test_nobody_is_changed_as_they_were_listed(clinic: Clinic, line: Line) -> None:  # noqa: ARG001  # clocks stand
    """Whoever changes somebody reads them from the record, whatever a list says."""
    subject(clinic)
    token = admin(clinic)
    assert look(clinic, token, {"phone": PHONE})[PHONE]["roles"] == ["clinician"]
    clinic.member("FAC001", ("patient",), phone=PHONE)  # behind everybody's back
    assert look(clinic, token, {"phone": PHONE})[PHONE]["roles"] == ["clinician"]
    refusal(approve(clinic, token), 422, "invalid-request")


def test_redis_is_told_nothing(clinic: Clinic, line: Line) -> None:  # noqa: ARG001  # clocks stand
    """Neither of whom nor of which facility."""
    subject(clinic)
    token = admin(clinic)
    look(clinic, token, {})
    look(clinic, token, {"phone": PHONE})
    create(clinic, token)
    redis, stored = clinic.wiring.platform.redis, list[Any]()
    for name in redis.execute("KEYS", "*"):  # type: ignore[union-attr]  # a list
        stored.append((name, redis.execute("HGETALL", str(name)) if ":entry:" in str(name) else ""))
    assert len(stored) > 4
    for secret in (PHONE, PHONE[1:], "FAC001", clinic.user_id(PHONE), "clinician"):
        assert secret not in str(stored)


def test_it_is_counted(clinic: Clinic, line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """`CacheHit`, `CacheMiss`, and `CacheAway` where Redis could not say."""
    token = admin(clinic)
    capsys.readouterr()
    for _ in range(3):
        look(clinic, token, {})
    line.cut = True
    look(clinic, token, {})
    sums = counted(capsys.readouterr().out)
    assert (sums["CacheMiss"], sums["CacheHit"], sums["CacheAway"]) == (1, 2, 1)


class TestRedisGoesAndComes:
    """What lists do meanwhile."""

    @EACH
    def test_an_environment_keeps_them_for_five_seconds(self, clinic: Clinic, line: Line, query: Any) -> None:
        """And sees at once what it changes itself."""
        subject(clinic)
        token = admin(clinic)
        line.cut = True
        before = look(clinic, token, query)
        line.spent()
        assert look(clinic, token, query) == before
        assert line.spent()[1] == 0
        assert approve(clinic, token).status == 200
        assert look(clinic, token, query)[PHONE]["verification"] == "verified"

    @EACH
    def test_what_redis_missed_is_told_first(
        self, clinic: Clinic, line: Line, monkeypatch: pytest.MonkeyPatch, query: Any
    ) -> None:
        """A list of before the change is seen by nobody once this process has found Redis back."""
        subject(clinic)
        token = admin(clinic)
        other = clinic.another_process(monkeypatch, "users")
        assert look(clinic, token, query)[PHONE]["verification"] == "pending"
        clinic.wiring.serve(monkeypatch, "users")
        self._lose(clinic, line)
        assert approve(clinic, token).status == 200
        line.cut = False
        clinic.wiring.platform.redis._breaker._next_probe_at = 0  # noqa: SLF001  # five seconds are over
        assert clinic.call("health").json["redis"] == "up"  # of this process, which does not look at lists
        self._see(clinic, other, monkeypatch, token, query)

    def _lose(self, clinic: Clinic, line: Line) -> None:
        line.cut = True
        for _ in range(3):
            clinic.call("health")
        assert clinic.call("health").json["redis"] == "open"

    def _see(
        self, clinic: Clinic, other: SteeredWiring, monkeypatch: pytest.MonkeyPatch, token: str, query: Any
    ) -> None:
        other.serve(monkeypatch, "users")
        assert look(clinic, token, query)[PHONE]["verification"] == "verified"
