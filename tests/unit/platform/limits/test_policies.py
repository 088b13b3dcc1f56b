"""The table of limits has the contract's numbers, and every limit in it is used by the calls that it is for."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from bedside import domains
from bedside.platform.limits.policies import Policy

CONTRACT = {
    "role-changes": (5, 3600, "window", "user"),
    "force-verification": (10, 86_400, "window", "user"),
    "expert-verification": (20, 3600, "window", "user"),
    "admin": (100, 600, "window", "user"),
    "profile": (30, 300, "window", "user"),
    "payment-starts": (5, 900, "window", "user"),
    "payment-starts-a-day": (20, 86_400, "window", "user"),
    "payment-starts-of-address": (20, 900, "window", "address"),
    "identity-verifications": (3, 3600, "window", "user"),
    "transfer-approvals": (50, 3600, "window", "user"),
    "transfer-approvals-a-day": (200, 86_400, "window", "user"),
    "carers": (5, 3600, "window", "user"),
}
ROUTES = [route for domain in domains.manifests() for route in domain.routes]
LIMITS = [limit for route in ROUTES for limit in (route.limit, *route.further_limits) if limit]
POLICIES = list({limit.name: limit for limit in LIMITS}.values())


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contracts_limits_are_the_contracts(name: str) -> None:
    """Never more than so many in any stretch of that length, per person."""
    [policy] = [policy for policy in POLICIES if policy.name == name]
    assert (policy.limit.quota, policy.limit.window_s, policy.shape, policy.counts) == CONTRACT[name]


def test_hospitals_and_phones_have_their_own() -> None:
    """An address may be a hospital's, so that these are wide; a session's photos fit its limit many times."""
    own = {policy.name: (policy.limit.quota, policy.limit.window_s) for policy in POLICIES if policy.shape == "bucket"}
    assert own == {
        "otp-send-address": (600, 3600),
        "otp-verify-address": (600, 600),
        "session-create": (600, 600),
        "session-live-ticket": (300, 300),
        "session-upload-token": (120, 300),
        "session-waiting": (120, 300),
        "token-validate": (600, 60),
        "presigned-url": (200, 100),
        "session-preview": (200, 100),
        "image-edits": (300, 120),
        "session-status": (120, 60),
        "encounters": (300, 300),
        "visits": (300, 300),
        "patients": (600, 300),
        "bookings": (300, 300),
        "payouts": (120, 300),
        "notifications": (300, 300),
        "plans": (300, 300),
        "commits": (300, 300),
        "record-targets": (120, 600),
        "launches": (600, 600),
        "launch-contexts": (120, 300),
        "record-people": (60, 600),
        "contact-points": (60, 300),
        "patient-search": (300, 300),
        "patient-create": (120, 600),
    }


def test_every_declared_limit_is_used() -> None:
    """A policy that no route names would be a promise that nobody keeps; names fit a header field."""
    declared = [
        value
        for name in domains.NAMES
        if find_spec(f"bedside.{name}.limits")
        for value in vars(import_module(f"bedside.{name}.limits")).values()
        if isinstance(value, Policy)
    ]
    assert {id(policy) for policy in declared} == {id(policy) for policy in POLICIES}
    assert all(policy.name.replace("-", "").isalnum() and policy.name.islower() for policy in declared)


def test_every_call_of_people_and_visits_has_a_limit() -> None:
    """Those of an administrator, of a profile, of codes, of patients, and of visits."""
    limited = (
        "/otp/",
        "/user/",
        "/admin/",
        "/users/",
        "/internal/",
        "/experts/",
        "/visits",
        "/patients",
        "/session/create",
        "/session/live-ticket",
        "/session/upload-token",
        "/session/waiting",
    )
    assert [route.key for route in ROUTES if route.path.startswith(limited) and route.limit is None] == []


def test_calls_that_count_themselves_are_the_hot_ones_and_those_for_codes() -> None:
    """The one Redis request of the former counts as well; the latter know devices."""
    own = {route.key for route in ROUTES if route.counts_itself}
    codes = {"POST /otp/send", "POST /otp/verify"}
    assert own == {
        "GET /session/token/{token}",
        "POST /session/presigned-url",
        "POST /session/preview",
        "POST /session/status",
        *codes,
    }
