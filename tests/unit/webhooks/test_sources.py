"""The configuration of who may send webhooks: one that makes no sense never lets anybody in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.kernel.errors import UnavailableError
from bedside.webhooks.errors import ForgedWebhookError, UnknownSourceError
from bedside.webhooks.sources import Sources, parse, verify
from bedside.webhooks.verification import Delivery, HeaderSecrets, StandardSignature, StripeSignature

NOW = 1_795_228_312_000
SECRET, OTHER = "a secret of many letters", "another of many letters"
HMS = {"kind": "headers", "headers": {"x-secret": [SECRET]}, "signatureHeader": "", "signingKeys": []}
GOOD: dict[str, Any] = {
    "hms": HMS,
    "stripe": {"kind": "stripe", "secrets": ["whsec_of some length"]},
    "lab-2": {"kind": "standard", "secrets": ["whsec_bGFib3JhdG9yeSBzZWNyZXQ="]},
}


def configured(document: Any) -> tuple[dict[str, Any], list[str]]:
    """Give the sources of a configuration, and the names that made no sense."""
    odd: list[str] = []
    return parse(document if isinstance(document, str) else json.dumps(document), odd.append), odd


def test_each_kind_is_recognised_in_its_way() -> None:
    """By the name of its source."""
    found, odd = configured(GOOD)
    assert odd == []
    assert {name: (source.name, source.kind) for name, source in found.items()} == {
        "hms": ("hms", "headers"),
        "stripe": ("stripe", "stripe"),
        "lab-2": ("lab-2", "standard"),
    }
    assert isinstance(found["hms"].verifier, HeaderSecrets)
    assert isinstance(found["stripe"].verifier, StripeSignature)
    assert isinstance(found["lab-2"].verifier, StandardSignature)
    assert SECRET not in repr(found)


def test_header_and_signature_may_be_asked_for_together() -> None:
    """Or the signature alone."""
    both = HMS | {"signatureHeader": "x-signature", "signingKeys": [OTHER]}
    found, odd = configured({"hms": both, "alone": both | {"headers": {}}})
    assert odd == []
    assert found["hms"].verifier == HeaderSecrets({"x-secret": [SECRET]}, "x-signature", [OTHER.encode()])
    assert found["alone"].verifier == HeaderSecrets({}, "x-signature", [OTHER.encode()])


def test_no_configuration_is_no_source() -> None:
    """The secret is optional."""
    assert configured("") == ({}, [])


@pytest.mark.parametrize("text", ["{", "[]", "null", "7", '"x"', "[" * 100_000])
def test_a_configuration_that_is_none(text: str) -> None:
    """Is told of, and names nobody."""
    assert configured(text) == ({}, [""])


@pytest.mark.parametrize("name", ["", "HMS", "a#b", "a/b", "1a", "-a", "x" * 33, "ä", "a\n"])
def test_a_name_that_stands_in_no_address(name: str) -> None:
    """Is told of without itself, and left."""
    assert configured({name: HMS}) == ({}, [""])


ODD: list[Any] = [
    None,
    [],
    "headers",
    {},
    {"kind": "none"},
    {"kind": ["headers"]},
    {"kind": "headers"},
    {"kind": "headers", "headers": {}},
    {"kind": "headers", "headers": []},
    {"kind": "headers", "headers": {"x": []}},
    {"kind": "headers", "headers": {"x": SECRET}},
    {"kind": "headers", "headers": {"x": [7]}},
    {"kind": "headers", "headers": {"x": ["short"]}},
    {"kind": "headers", "headers": {"x": [SECRET], "y": []}},
    {"kind": "headers", "headers": {"": [SECRET]}},
    HMS | {"signatureHeader": "x-signature"},
    HMS | {"signatureHeader": 7},
    HMS | {"signatureHeader": "x-signature", "signingKeys": ["short"]},
    HMS | {"signaturHeader": "x-signature", "signingKeys": [OTHER]},
    {"kind": "stripe"},
    {"kind": "stripe", "secrets": []},
    {"kind": "stripe", "secrets": "whsec_of some length"},
    {"kind": "stripe", "secrets": ["short"]},
    {"kind": "stripe", "secrets": [SECRET], "tolerance": 10**9},
    {"kind": "standard", "secrets": None},
    {"kind": "standard", "secrets": [SECRET, 7]},
]


@pytest.mark.parametrize("told", ODD)
def test_a_source_that_makes_no_sense_refuses_everything(told: Any) -> None:
    """And is told of; its neighbours go on."""
    found, odd = configured({"hms": told, "other": HMS})
    assert odd == ["hms"]
    for headers in ({}, {"x": ""}, {"x": SECRET}, {"x-secret": SECRET}, {"": SECRET}):
        with pytest.raises(ForgedWebhookError):
            verify(found["hms"], Delivery(headers, b"{}"), NOW)
    verify(found["other"], Delivery({"x-secret": SECRET}, b"{}"), NOW)


@given(
    told=st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["", "headers", "stripe", "standard", "secrets"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["kind", "headers", "secrets", "x", "signingKeys"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_whatever_is_configured_lets_nobody_in_without_a_secret(told: Any) -> None:
    """No shape of a configuration accepts a delivery that proves nothing."""
    found, _ = configured({"hms": told})
    with pytest.raises(ForgedWebhookError):
        verify(found["hms"], Delivery({"x": "", "secrets": "", "headers": ""}, b"{}"), NOW)


class Ssm:
    """The secret as it stands now, and how often it was read."""

    def __init__(self) -> None:
        self.text = json.dumps(GOOD)
        self.reads = 0
        self.away = False

    def read(self) -> str:
        self.reads += 1
        if self.away:
            raise UnavailableError("Secrets could not be read.")
        return self.text


def sent(secret: str) -> Delivery:
    return Delivery({"x-secret": secret}, b"{}")


def test_a_new_secret_is_found_when_it_first_turns_up() -> None:
    """And an old one goes on until it is taken away."""
    ssm = Ssm()
    sources = Sources(ssm.text, ssm.read, lambda _: None)
    ssm.text = json.dumps(GOOD | {"hms": HMS | {"headers": {"x-secret": [SECRET, OTHER]}}})
    assert sources.verify("hms", sent(SECRET), NOW).name == "hms"
    assert ssm.reads == 0
    sources.verify("hms", sent(OTHER), NOW)
    assert ssm.reads == 1
    sources.verify("hms", sent(SECRET), NOW)
    ssm.text = json.dumps({"hms": HMS | {"headers": {"x-secret": [OTHER]}}})
    with pytest.raises(UnknownSourceError):
        sources.get("nobody", NOW + 60_000)
    with pytest.raises(ForgedWebhookError):
        sources.verify("hms", sent(SECRET), NOW + 60_000)
    with pytest.raises(UnknownSourceError):
        sources.verify("stripe", sent(SECRET), NOW + 60_000)


def test_whoever_sends_rubbish_has_it_read_once_a_minute() -> None:
    """Also where SSM is away, which changes nothing else."""
    ssm = Ssm()
    sources = Sources(ssm.text, ssm.read, lambda _: None)
    for at in (0, 1, 59_999, 60_000, 60_001, 120_000):
        ssm.away = at == 120_000
        with pytest.raises(ForgedWebhookError):
            sources.verify("hms", sent("of nobody, but long"), NOW + at)
        with pytest.raises(UnknownSourceError):
            sources.get("nobody", NOW + at)
    assert ssm.reads == 3
    sources.verify("hms", sent(SECRET), NOW + 120_001)


def test_a_source_that_goes_while_it_is_asked_about() -> None:
    """Is unknown from then on."""
    ssm = Ssm()
    sources = Sources(ssm.text, ssm.read, lambda _: None)
    ssm.text = ""
    with pytest.raises(UnknownSourceError):
        sources.verify("hms", sent(OTHER), NOW)
