"""Whatever is sent, guessed, used, renewed and ended in whatever order: the rules of codes and sign-ins hold."""

import itertools
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bedside.identity.audit import Entry
from bedside.identity.keyring import KeyRing
from bedside.identity.otp import DAY_MS, HOUR_MS, SendQuotas
from bedside.identity.otp_delivery import OtpDelivery
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.person import user_id_of
from bedside.identity.person_cache import PersonCache
from bedside.identity.refresh_token import RefreshToken, first_token, read_token
from bedside.identity.sign_in import SignIn
from bedside.identity.token_pair import TokenPairIssuer
from bedside.identity.token_refresh import TokenRefresh
from bedside.kernel.errors import (
    LimitReachedError,
    OtpInvalidError,
    TooManyAttemptsError,
    TooManyCodesError,
    UnauthorizedError,
    UnavailableError,
)
from tests.examples import examples
from tests.fakes.outbox import Outbox
from tests.unit.identity.conftest import KEY, NOW, Registry

ADDRESS = "203.0.113.7"
LIFE_S, RESEND_S, SIGN_IN_MS = 300, 30, 3_600_000
KEYS = {"1": b"o" * 32}
PAIRS = TokenPairIssuer(KeyRing(KEYS, lambda: KEYS), 900_000)
NUMBERS = (f"+6421{number:07d}" for number in itertools.count(5_000_000))
WAITS = st.sampled_from([1, 1000, RESEND_S * 1000, LIFE_S * 1000, HOUR_MS, 5 * HOUR_MS])
EXAMPLES = settings(
    max_examples=examples(4),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class CodeMachine(RuleBasedStateMachine):
    """One number: codes are sent to it, guessed at and used. The model counts by itself."""

    registry: Registry

    @initialize()
    def begin(self) -> None:
        self.phone, self.now = next(NUMBERS), NOW
        self.user_id = user_id_of(KEY, self.phone)
        self.texts, self.codes = Outbox(), OtpRepository(self.registry.table)
        self.sends, self.checks, self.failures, self.next_send = list[int](), 0, 0, 0
        self.code: str | None = None
        self.code_ends = 0
        self.made = itertools.count()
        self.sign_ins = self.locks = 0

    @rule(ms=WAITS)
    def wait(self, ms: int) -> None:
        self.now += ms

    @rule(broken=st.sampled_from(["", "", "", "unknown", "refused"]))
    def send(self, broken: str) -> None:
        self.texts.broken, self.texts.refusing = broken == "unknown", broken == "refused"
        before = len(self.texts.messages)
        recent = [at for at in self.sends if at > self.now - DAY_MS]
        full = len(recent) >= 10 or sum(at > self.now - HOUR_MS for at in recent) >= 5
        expected: type[Exception] | None = None
        if self.failures >= 100:
            expected = TooManyAttemptsError
        elif self.next_send > self.now:
            expected = None
        elif full:
            expected = TooManyCodesError
        elif broken:
            expected = UnavailableError
        found: type[Exception] | None = None
        try:
            sent = self._sending().send(self.phone, ADDRESS, self.now)
        except (LimitReachedError, UnavailableError) as error:
            found = UnavailableError if isinstance(error, UnavailableError) else type(error)
        assert found is expected
        if found is None and self.next_send > self.now:
            assert sent.resend_after * 1000 >= self.next_send - self.now > (sent.resend_after - 1) * 1000
            assert len(self.texts.messages) == before
        elif found in {None, UnavailableError}:
            self.sends = self.sends if broken == "refused" else [*recent, self.now]
            self.code = None if broken else self.texts.code_for(self.phone)
            self.checks, self.code_ends = 0, self.now + LIFE_S * 1000
            self.next_send = 0 if broken else self.now + RESEND_S * 1000
            assert len(self.texts.messages) == before + (broken == "")
        else:
            assert len(self.texts.messages) == before

    @precondition(lambda self: self.texts.messages)
    @rule(right=st.booleans(), again=st.integers(1, 7))
    def verify(self, right: bool, again: int) -> None:  # noqa: FBT001  # hypothesis passes it by name
        last = self.texts.code_for(self.phone)
        for _ in range(1 if right else again):
            self._verify(last if right else f"{(int(last) + 1) % 10**6:06d}", right=right)

    @rule(days=st.integers(1, 4))
    def guess_for_days(self, days: int) -> None:
        """Come closer to the lock than single guesses do: as if so many wrong codes had been tried."""
        item = self.registry.table.get(self.user_id)
        if item is None or self.failures + 24 * days >= 100:
            return
        self.failures += 24 * days
        self.registry.table.update(
            self.user_id, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": self.failures}
        )

    @invariant()
    def holds(self) -> None:
        person = self.registry.people.find_unscoped(self.user_id) if hasattr(self, "user_id") else None
        if person is None:
            return
        assert person.failures == self.failures <= 100
        assert self.locks == (self.failures == 100)
        item = self.registry.table.get(self.user_id)
        assert item
        assert ("ttl" in item) == (not person.registered and not person.locked)
        assert list(person.sends) == self.sends
        assert (person.code is None) == (self.code is None)
        assert person.registered == (self.sign_ins > 0)
        if person.code:
            assert (person.code.checks, person.code.expires_at) == (self.checks, self.code_ends)
            assert person.code.checks <= 5

    def _verify(self, otp: str, *, right: bool) -> None:
        alive = self.code is not None and self.code_ends > self.now
        expected: type[Exception] | None
        if self.failures >= 100 or (alive and self.checks >= 5):
            expected = TooManyAttemptsError
        elif not alive:
            expected = OtpInvalidError
        else:
            self.checks += 1
            self.failures += 1
            expected = None if right else OtpInvalidError
        found: type[Exception] | None = None
        try:
            self._signing_in().sign_in(self.phone, otp, ADDRESS, self.now)
        except (OtpInvalidError, TooManyAttemptsError) as error:
            found = type(error)
        assert found is expected
        if found is None:
            self.code, self.failures, self.next_send = None, 0, 0
            self.sign_ins += 1

    def _sending(self) -> OtpDelivery:
        return OtpDelivery(
            people=self.registry.people,
            codes=self.codes,
            sms=self.texts,
            pseudonym_key=KEY,
            countries={"NZ"},
            default_country="",
            life_s=LIFE_S,
            resend_s=RESEND_S,
            host="h",
            quotas=SendQuotas(KEY, 10_000, 10_000),
            random_below=lambda limit: (next(self.made) * 7919) % limit,
            on_breaker=lambda _purse: None,
            on_sent=lambda _now_ms: None,
        )

    def _signing_in(self) -> SignIn:
        return SignIn(
            codes=self.codes,
            pairs=PAIRS,
            pseudonym_key=KEY,
            countries={"NZ"},
            default_country="",
            life_ms=SIGN_IN_MS,
            quotas=SendQuotas(KEY, 10_000, 10_000),
            randomness=os.urandom,
            on_locked=self._hear,
            on_signed_in=lambda _facility_id, _now_ms: None,
        )

    def _hear(self) -> None:
        self.locks += 1


class FamilyMachine(RuleBasedStateMachine):
    """One person's sign-ins: renewed, repeated, reused, ended. The model keeps every token that there ever was."""

    registry: Registry

    @initialize()
    def begin(self) -> None:
        self.phone, self.now = next(NUMBERS), NOW
        self.user_id = self.registry.register("patient", phone=self.phone).user_id
        # Of each sign-in: every token that there ever was, the last one used, when all ends, and if it lives.
        self.tokens, self.used = dict[str, list[RefreshToken]](), dict[str, RefreshToken]()
        self.ends, self.alive = dict[str, int](), set[str]()
        self.reuses = self.heard = 0

    @rule(ms=st.sampled_from([1, 5_000, 10_000, 10_001, SIGN_IN_MS // 3]))
    def wait(self, ms: int) -> None:
        self.now += ms

    @rule()
    def sign_in(self) -> None:
        if len(self.tokens) < 5:
            token = first_token(KEY, self.user_id, os.urandom)
            self.registry.families.create(
                self.user_id, token.family_id, token.digest, ends_at=self.now + SIGN_IN_MS, now_ms=self.now
            )
            self.tokens[token.family_id], self.used[token.family_id] = [token], token
            self.ends[token.family_id] = self.now + SIGN_IN_MS
            self.alive.add(token.family_id)

    @precondition(lambda self: self.tokens)
    @rule(which=st.integers(0, 4), back=st.sampled_from([0, 0, 0, 1, 1, 2, 5]))
    def refresh(self, which: int, back: int) -> None:
        """Use the newest token of a sign-in, or one that was issued so many before it."""
        family_id = list(self.tokens)[which % len(self.tokens)]
        tokens, used = self.tokens[family_id], self.used[family_id]
        token = tokens[max(0, len(tokens) - 1 - back)]
        lives = family_id in self.alive and self.ends[family_id] > self.now
        good = token == used or token.parent == used.digest
        try:
            given = self._staying().refresh(token.text, self.now)
        except UnauthorizedError:
            assert not (lives and good)
            if lives:
                self.reuses += 1
                self.alive.discard(family_id)
        else:
            assert lives
            assert good
            assert given.person.user_id == self.user_id
            following = read_token(KEY, given.refresh_token)
            assert following
            assert following.parent == token.digest
            assert following not in tokens
            tokens.append(following)
            self.used[family_id] = token
        assert self.heard == self.reuses

    @precondition(lambda self: self.tokens)
    @rule(which=st.integers(0, 4))
    def log_out(self, which: int) -> None:
        family_id = list(self.tokens)[which % len(self.tokens)]
        self.registry.families.end(self.user_id, family_id)
        self.alive.discard(family_id)

    @rule()
    def kill(self) -> None:
        assert self.registry.families.end_all(Entry("kill-switch", "u", self.user_id, "FAC001", "o"), self.now)
        self.alive.clear()

    @rule(text=st.text(max_size=90))
    def invent(self, text: str) -> None:
        with pytest.raises(UnauthorizedError):
            self._staying().refresh(text, self.now)

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "tokens"):
            person = self.registry.people.find_unscoped(self.user_id)
            assert person
            assert set(person.families) == self.alive
            for family_id in self.alive:
                assert person.families[family_id].digest == self.used[family_id].digest

    def _staying(self) -> TokenRefresh:
        registry = self.registry

        def hear(user_id: str) -> None:
            assert user_id == self.user_id
            self.heard += 1

        return TokenRefresh(registry.families, PersonCache(lambda: registry.people), PAIRS, KEY, os.urandom, hear)


def machine(kind: type[RuleBasedStateMachine], registry: Registry) -> type[RuleBasedStateMachine]:
    return type(kind.__name__, (kind,), {"registry": registry})


def test_codes_keep_their_rules(registry: Registry) -> None:
    """Any order of sending, failing to send, guessing, using and waiting: answers and counts are the model's."""
    run_state_machine_as_test(machine(CodeMachine, registry), settings=EXAMPLES)


def test_sign_ins_keep_their_rules(registry: Registry) -> None:
    """Any order of renewing, repeating, reusing, ending and waiting: a dead token ends its sign-in, and only its."""
    run_state_machine_as_test(machine(FamilyMachine, registry), settings=EXAMPLES)
