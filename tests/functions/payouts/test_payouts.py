"""Practitioners get paid: through the real handler, tables and limits, with the payment provider in memory."""

import pytest

from bedside.identity.person import user_id_of
from bedside.kernel.instants import iso
from tests.functions.clinic import PSEUDONYM_KEY, Clinic
from tests.functions.line import counted
from tests.functions.payouts.payee import Payee


@pytest.fixture
def payee(clinic: Clinic) -> Payee:
    return Payee(clinic)


def test_a_practitioner_answers_what_is_due(payee: Payee) -> None:
    """On the provider's page, in one account of their facility's country; administrators see how it stands."""
    assert payee.done("account") == {
        "state": "none",
        "due": [],
        "identity": {"state": "none", "problem": None, "at": None},
        "lastPayout": None,
    }
    opened = payee.done("open_account")
    assert (opened["state"], opened["due"]) == ("incomplete", ["bankAccount", "person", "terms"])
    assert opened["url"] == payee.done("open_account")["url"]
    assert list(payee.provider.countries.values()) == ["NZ"]
    account_id = next(iter(payee.provider.countries))
    assert ("create_onboarding_link", account_id, *2 * ("https://bedside.example.org/availability",)) in (
        payee.provider.asked
    )
    payee.provider.answer(account_id, "external_account")
    assert payee.done("account", by="facilityAdmin")["due"] == ["bankAccount"]
    payee.provider.answer(account_id)
    assert payee.done("account")["state"] == "ready"


def test_an_identity_is_checked_by_the_provider(payee: Payee) -> None:
    """An open check is gone on with, what failed is told, and what is verified needs no page; three an hour."""
    first = payee.done("verify_identity")
    assert (first["identity"]["state"], first["url"]) == ("requires_input", "https://verify.example.org/vs_0")
    payee.provider.show("vs_0", "document_expired")
    again = payee.done("verify_identity")
    assert (again["identity"]["problem"], again["url"]) == ("document_expired", first["url"])
    payee.provider.show("vs_0")
    payee.clinic.wiring.stopped_ms = now_ms = payee.clinic.wiring.now_ms()
    verified = {"state": "verified", "problem": None, "at": iso(now_ms)}
    assert payee.done("account", by="facilityAdmin")["identity"] == verified
    payee.clinic.wiring.stopped_ms = now_ms + 1000
    assert payee.done("account", by="systemAdmin")["identity"] == verified
    assert payee.done("verify_identity")["url"] == ""
    assert payee.call("verify_identity").status == 429


def test_who_verifies_clinicians_sees_their_identity_checked(payee: Payee) -> None:
    """Before they are verified: they have the check, but no account; only administrators of theirs see it."""
    clinic, phone = payee.clinic, payee.clinic.number("payouts new")
    payee.tokens["new"] = clinic.member(clinic.facility, ("clinician",), phone=phone, verification="pending")
    payee.tokens["other"] = clinic.member("FAC777", ("facilityAdmin",))
    payee.practitioner = user_id_of(PSEUDONYM_KEY, phone)
    assert payee.done("verify_identity", by="new")["identity"]["state"] == "requires_input"
    assert payee.provider.returns["vs_0"] == "https://bedside.example.org/account"
    assert payee.call("open_account", by="new").slug == "user-not-found"
    payee.provider.show("vs_0")
    assert payee.done("account", by="facilityAdmin")["identity"]["state"] == "verified"
    assert payee.call("account", by="other").slug == "user-not-found"
    assert payee.call("account", by="clinician").slug == "forbidden"


def test_a_failed_payout_is_told_and_counted_once(payee: Payee, capsys: pytest.CaptureFixture[str]) -> None:
    """However often the provider tells of it; the next one that arrives takes its place."""
    payee.done("open_account")
    [account_id] = payee.provider.countries
    payee.provider.answer(account_id)
    payee.provider.pay_out(account_id, 5100, "account_closed")
    kind, data = payee.provider.events[-1]
    now_ms = payee.clinic.wiring.now_ms()
    events = payee.clinic.wiring.payouts.money_events
    assert all(events.handle(kind, data, now_ms, now_ms) for _ in range(2))
    assert not events.handle(kind, {**data, "account": "acct_of_nobody"}, now_ms, now_ms)
    last = payee.done("account")["lastPayout"]
    assert counted(capsys.readouterr().out)["PayoutFailed"] == 1
    assert (last["state"], last["amount"], last["problem"]) == ("failed", 5100, "account_closed")
    payee.provider.pay_out(account_id, 5100)
    assert payee.done("account")["lastPayout"]["state"] == "paid"


def test_nobody_else_gets_a_practitioners_pages(payee: Payee) -> None:
    """Not even their administrators; patients do not see how anybody is paid."""
    for event in ("open_account", "verify_identity"):
        assert payee.call(event, by="facilityAdmin").json["type"].endswith("forbidden")
    for event in ("account", "open_account", "verify_identity"):
        assert payee.call(event, by="patient").status == 403
    assert payee.provider.asked == []


def test_a_lost_answer_makes_no_second_account(payee: Payee) -> None:
    """The provider has made it, and gives the same when it is asked again."""
    payee.provider.forgetful = True
    assert payee.call("open_account").status == 503
    payee.provider.forgetful = False
    assert payee.done("open_account")["state"] == "incomplete"
    assert len(payee.provider.countries) == 1
    payee.provider.away = True
    assert payee.call("account").status == 503


def test_without_keys_nobody_is_paid(payee: Payee, monkeypatch: pytest.MonkeyPatch) -> None:
    """And everybody is told so."""
    monkeypatch.setitem(payee.clinic.wiring.payouts.__dict__, "payouts", None)
    assert payee.done("account")["state"] == "none"
    for event in ("open_account", "verify_identity"):
        assert payee.call(event).json["type"].endswith("payments-not-ready")
