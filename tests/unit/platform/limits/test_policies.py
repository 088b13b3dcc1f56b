"""The table of limits has the contract's numbers, and every limit in it is used by the calls that it is for."""

import ast
from pathlib import Path

import pytest

from bedside.platform.limits import policies
from bedside.platform.limits.policies import POLICIES, Policy

ROOT = Path(__file__).parents[4]
CORE, FUNCTIONS = ROOT / "layers/core/bedside", ROOT / "functions"
CONTRACT = {
    "role-changes": (5, 3600, "window", "user"),
    "force-verification": (10, 86_400, "window", "user"),
    "expert-verification": (20, 3600, "window", "user"),
    "admin": (100, 600, "window", "user"),
    "profile": (30, 300, "window", "user"),
}
# Which call each limit is for, by the function that checks it.
CALLS = {
    "ROLE_CHANGES": {"set_roles"},
    "FORCE_VERIFICATION": {"force"},
    "EXPERT_VERIFICATION": {"review"},
    "ADMIN": {"page", "create", "counters"},
    "PROFILE": {"profile", "describe"},
    "OTP_SEND": {"send"},
    "OTP_VERIFY": {"verify"},
    "SESSION_CREATE": {"create"},
    "TOKEN_VALIDATE": {"scan", "_find", "validate"},
    "PRESIGNED_URL": {"_hold", "grant"},
    "VISITS": {
        *("book", "page", "watch", "look", "join", "rtc_token", "start", "end", "cancel", "summary"),
        *("start_recording", "stop_recording", "recording", "notes", "write_notes", "notes_history"),
    },
}
LIMITED = {name for name, value in vars(policies).items() if isinstance(value, Policy)}


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
        "token-validate": (600, 60),
        "presigned-url": (200, 100),
        "visits": (300, 300),
    }


def test_the_table_is_whole() -> None:
    """Every policy is in it, once, under a name of its own that fits a header field."""
    assert {id(getattr(policies, name)) for name in LIMITED} == {id(policy) for policy in POLICIES}
    names = [policy.name for policy in POLICIES]
    assert len(set(names)) == len(names) == len(LIMITED)
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)


def _uses() -> dict[str, set[str]]:
    """Find the policies that the code names, outside of their table, and the functions that name them."""
    found: dict[str, set[str]] = {}
    for path in [*CORE.rglob("*.py"), *FUNCTIONS.glob("*/handler.py")]:
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Name) and node.id in LIMITED:
                        found.setdefault(node.id, set()).add(function.name)
    return found


def test_every_limit_is_used_by_its_calls_and_no_other() -> None:
    """A policy that nobody checks would be a promise that nobody keeps."""
    assert set(CALLS) == LIMITED
    assert _uses() == CALLS


def test_every_call_of_the_contract_with_a_limit_checks_one() -> None:
    """Each route of these functions stands under a limit."""
    for name in ("users", "otp", "session_create", "visits"):
        tree = ast.parse((FUNCTIONS / name / "handler.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any("app." in ast.unparse(each) for each in node.decorator_list):
                route, limit = [ast.unparse(each) for each in node.decorator_list]
                assert route.startswith("app.")
                assert limit.startswith("http.limited("), (name, route)
