"""Practitioners get paid: through the real handler, tables and limits, with the payment provider in memory."""

import pytest

from tests.functions.clinic import Clinic
from tests.functions.payouts.payee import Payee


@pytest.fixture
def payee(clinic: Clinic) -> Payee:
    return Payee(clinic)


def test_a_practitioner_answers_what_is_due(payee: Payee) -> None:
    """On the provider's page, in one account of their facility's country; administrators see how it stands."""
    assert payee.done("account") == {"state": "none", "due": [], "identity": {"state": "none", "problem": None}}
    opened = payee.done("open_account")
    assert (opened["state"], opened["due"]) == ("incomplete", ["bankAccount", "person", "terms"])
    assert opened["url"] == payee.done("open_account")["url"]
    assert list(payee.provider.countries.values()) == ["NZ"]
    account_id = next(iter(payee.provider.countries))
    assert ("onboarding_url", account_id, *2 * ("https://bedside.example.org/availability",)) in (payee.provider.asked)
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
    assert payee.done("account", by="facilityAdmin")["identity"] == {"state": "verified", "problem": None}
    assert payee.done("verify_identity")["url"] == ""
    assert payee.call("verify_identity").status == 429


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
