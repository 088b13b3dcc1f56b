"""Whatever is sent, guessed, used, renewed and ended in whatever order: the rules of codes and sign-ins hold."""

import itertools
import os
from dataclasses import dataclass, field

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
from bedside.identity.code_checks import CodeChecks
from bedside.identity.device_token import find_device
from bedside.identity.errors import OtpInvalidError, TooManyAttemptsError, TooManyCodesError, UnauthorizedError
from bedside.identity.keyring import KeyRing
from bedside.identity.otp import DAY_MS, HOUR_MS, SendQuotas
from bedside.identity.otp_budget import Budget
from bedside.identity.otp_delivery import OtpDelivery, SendRequest
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.person import user_id_of
from bedside.identity.person_cache import PersonCache
from bedside.identity.refresh_token import RefreshToken, first_token, read_token
from bedside.identity.sign_in import SignIn, VerifyRequest
from bedside.identity.token_pair import TokenPairIssuer
from bedside.identity.token_refresh import TokenRefresh
from bedside.kernel.errors import LimitReachedError, UnavailableError
from tests.examples import examples
from tests.fakes.outbox import Outbox
from tests.unit.identity.conftest import KEY, KEYS, NOW, Registry

ADDRESS = "203.0.113.7"
LIFE_S, RESEND_S, SIGN_IN_MS = 300, 30, 3_600_000
SIGNING_KEYS = {"1": b"o" * 32}
PAIRS = TokenPairIssuer(KeyRing(SIGNING_KEYS, lambda: SIGNING_KEYS), 900_000)
NUMBERS = (f"+6421{number:07d}" for number in itertools.count(5_000_000))
WAITS = st.sampled_from([1, 1000, RESEND_S * 1000, LIFE_S * 1000, HOUR_MS, 5 * HOUR_MS, 10 * DAY_MS])
EXAMPLES = settings(
    max_examples=examples(4),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Model:
    """What one source has used up: a device, or all attempts without a device token."""

    most: int
    sends: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    next_send: int = 0
    checks: int = 0
    failures: int = 0
    failed_at: int = 0

    def full(self, now: int) -> bool:
        """Tell whether it may send no more: five an hour, ten a day, fifty a day with those that were used."""
        day = [at for at in self.sends if at > now - DAY_MS]
        in_all = len(day) + sum(at > now - DAY_MS for at in self.used)
        return len(day) >= 10 or sum(at > now - HOUR_MS for at in day) >= 5 or in_all >= 50

    def signed_in(self, now: int) -> None:
        """Begin anew, with the sends given back."""
        self.used = [at for at in (*self.used, *self.sends) if at > now - DAY_MS]
        self.sends, self.next_send, self.checks, self.failures = [], 0, 0, 0

    @property
    def budget(self) -> Budget:
        return Budget(tuple(self.sends), tuple(self.used), self.next_send, self.checks, self.failures, self.failed_at)


class CodeMachine(RuleBasedStateMachine):
    """One number: codes are sent to it, guessed at and used, from a device of its owner and from elsewhere."""

    registry: Registry

    @initialize()
    def begin(self) -> None:
        self.phone, self.now = next(NUMBERS), NOW
        self.user_id = user_id_of(KEY, self.phone)
        self.texts, self.codes = Outbox(), OtpRepository(self.registry.table)
        self.elsewhere, self.device = Model(100), Model(20)
        self.ends = dict[str, int]()
        self.token: str | None = None
        self.made = itertools.count()
        self.sign_ins = self.locks = 0

    @rule(ms=WAITS)
    def wait(self, ms: int) -> None:
        self.now += ms

    @rule(broken=st.sampled_from(["", "", "", "unknown", "refused"]), trusted=st.booleans())
    def send(self, broken: str, trusted: bool) -> None:  # noqa: FBT001  # hypothesis passes it by name
        self.texts.broken, self.texts.refusing = broken == "unknown", broken == "refused"
        before, source = len(self.texts.messages), self._source(trusted=trusted)
        expected = self._refusal(source, broken=broken != "")
        found: type[Exception] | None = None
        try:
            request = SendRequest(phone=self.phone, device_tokens=self._tokens(trusted=trusted))
            sent = self._sending().send(request, ADDRESS, self.now)
        except (LimitReachedError, UnavailableError) as error:
            found = UnavailableError if isinstance(error, UnavailableError) else type(error)
        assert found is expected
        if found is None and source.next_send > self.now:
            assert sent.resend_after * 1000 >= source.next_send - self.now > (sent.resend_after - 1) * 1000
            assert len(self.texts.messages) == before
        elif found in {None, UnavailableError}:
            if broken != "refused":
                source.sends = [*(at for at in source.sends if at > self.now - DAY_MS), self.now]
            self.ends = {code: end for code, end in self.ends.items() if end > self.now}
            if not broken:
                self.ends[self.texts.code_for(self.phone)] = self.now + LIFE_S * 1000
            source.checks, source.next_send = 0, 0 if broken else self.now + RESEND_S * 1000
            if source.failures >= 100:
                source.failures = 0
            assert len(self.texts.messages) == before + (broken == "")
        else:
            assert len(self.texts.messages) == before

    @precondition(lambda self: self.texts.messages)
    @rule(back=st.sampled_from([None, None, 1, 1, 2, 3, 5]), again=st.integers(1, 7), trusted=st.booleans())
    def verify(self, back: int | None, again: int, trusted: bool) -> None:  # noqa: FBT001  # as above
        """Try one of the last codes, or wrong ones."""
        texts = [text[:6] for _, text in self.texts.messages]
        for _ in range(again if back is None else 1):
            wrong = f"{(int(texts[-1]) + 1) % 10**6:06d}"
            self._verify(wrong if back is None else texts[-min(back, len(texts))], trusted=trusted)

    @rule(days=st.integers(1, 4))
    def guess_for_days(self, days: int) -> None:
        """Come closer to the lock than single guesses do: as if so many wrong codes had been tried."""
        item = self.registry.table.get(self.user_id)
        if item is None or self.elsewhere.failures + 24 * days >= 100:
            return
        self.elsewhere.failures += 24 * days
        self.registry.table.update(
            self.user_id, "SET #failures = :n", condition="attribute_exists(#pk)", values={"n": self.elsewhere.failures}
        )

    @invariant()
    def holds(self) -> None:
        person = self.registry.people.find_unscoped(self.user_id) if hasattr(self, "user_id") else None
        if person is None:
            return
        assert person.budget == self.elsewhere.budget
        assert (person.budget.failures, person.budget.checks) <= (100, 5)
        item = self.registry.table.get(self.user_id)
        assert item
        assert ("ttl" in item) == (not person.registered)
        assert [code.expires_at for code in person.codes] == sorted(self.ends.values())
        assert person.registered == (self.sign_ins > 0)
        if self.token:
            device = find_device(KEYS, self.user_id, [self.token], self.now)
            assert device
            budget = self.codes.find_budget(device)
            assert budget == self.device.budget
            assert budget.failures <= 20

    def _verify(self, otp: str, *, trusted: bool) -> None:
        source = self._source(trusted=trusted)
        alive = any(end > self.now for end in self.ends.values())
        right = self.ends.get(otp, 0) > self.now
        expected: type[Exception] | None
        if (source is self.elsewhere and self._locked) or (source.checks >= 5 and (alive or source is self.device)):
            expected = TooManyAttemptsError
        elif source is self.elsewhere and (not alive or source.failures >= 100):
            expected = OtpInvalidError
        else:
            source.checks, source.failures, source.failed_at = source.checks + 1, source.failures + 1, self.now
            expected = None if right else OtpInvalidError
            self.locks += source is self.elsewhere and not right and source.failures == 100
        found: type[Exception] | None = None
        try:
            request = VerifyRequest(phone=self.phone, otp=otp, device_tokens=self._tokens(trusted=trusted))
            signed_in = self._signing_in().sign_in(request, ADDRESS, self.now)
        except (OtpInvalidError, TooManyAttemptsError) as error:
            found = type(error)
        assert found is expected
        assert self.heard == self.locks
        if found is None:
            source.signed_in(self.now)
            if source is self.elsewhere:
                self.device = Model(20)
            self.token, self.ends = signed_in.device_token, {}
            self.sign_ins += 1

    heard = 0

    def _refusal(self, source: Model, *, broken: bool) -> type[Exception] | None:
        """Give what a send is refused with."""
        if source is self.elsewhere and self._locked:
            return TooManyAttemptsError
        if source.next_send > self.now:
            return None
        if source.full(self.now):
            return TooManyCodesError
        return UnavailableError if broken else None

    @property
    def _locked(self) -> bool:
        return self.elsewhere.failures >= 100 and self.now < self.elsewhere.failed_at + 30 * DAY_MS

    def _source(self, *, trusted: bool) -> Model:
        return self.device if trusted and self.token and self.device.failures < self.device.most else self.elsewhere

    def _tokens(self, *, trusted: bool) -> list[str]:
        return [self.token] if trusted and self.token else []

    def _sending(self) -> OtpDelivery:
        return OtpDelivery(
            people=self.registry.people,
            codes=self.codes,
            sms=self.texts,
            pseudonym_key=KEY,
            mac_keys=KEYS,
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
            people=self.registry.people,
            checks=CodeChecks(self.codes, self.registry.people, KEYS),
            pairs=PAIRS,
            pseudonym_key=KEY,
            mac_keys=KEYS,
            countries={"NZ"},
            default_country="",
            life_ms=SIGN_IN_MS,
            quotas=SendQuotas(KEY, 10_000, 10_000),
            randomness=os.urandom,
            on_locked=self._hear,
            on_signed_in=lambda _facility_id, _now_ms: None,
        )

    def _hear(self) -> None:
        self.heard += 1


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
            token = first_token(KEYS, self.user_id, os.urandom)
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
            following = read_token(KEYS, given.refresh_token)
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

        return TokenRefresh(registry.families, PersonCache(lambda: registry.people), PAIRS, KEYS, os.urandom, hear)


def machine(kind: type[RuleBasedStateMachine], registry: Registry) -> type[RuleBasedStateMachine]:
    return type(kind.__name__, (kind,), {"registry": registry})


def test_codes_keep_their_rules(registry: Registry) -> None:
    """Any order of sending, failing to send, guessing, using and waiting: answers and counts are the model's."""
    run_state_machine_as_test(machine(CodeMachine, registry), settings=EXAMPLES)


def test_sign_ins_keep_their_rules(registry: Registry) -> None:
    """Any order of renewing, repeating, reusing, ending and waiting: a dead token ends its sign-in, and only its."""
    run_state_machine_as_test(machine(FamilyMachine, registry), settings=EXAMPLES)
