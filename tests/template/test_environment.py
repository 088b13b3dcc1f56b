"""What template.yaml gives each function as environment: all that its code reads, and far less than Lambda allows."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bedside import domains
from tests.template.test_template import FUNCTIONS, NOT_SET, ROOT, SOURCE, environment, folder, resources

__all__ = ["resources"]

# AWS allows 4,096 bytes in all. NotificationDispatch, which asks every domain what people should be told, has the most.
_LARGEST = 3_400
# Longer than most real values: the parameters without a default, a long region, and what AWS generates.
_GIVEN = {
    "Stage": "production",
    "NameSuffix": "-2",
    "PublicOrigin": "https://bedside.hospital.example.org",
    "LiveUrl": "wss://live.bedside.hospital.example.org/live",
    "LiveEndpoint": "https://live.bedside.hospital.example.org/live",
    "StorageOrigin": "https://storage.bedside.hospital.example.org",
    "SmsSenderId": "MyHospital1",
    "SmsOriginationNumber": "+642155501990",
    "RoomPage": "https://hospital.app.100ms.live/preview/{roomId}/{role}?auth_token={token}",
}
_AWS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-2",
    "AWS::URLSuffix": "amazonaws.com",
}
_SERVICES = {"AWS::SQS::Queue": "sqs", "AWS::IAM::Role": "iam"}

_CORE = ROOT / "layers/core/bedside"
# Parts that a function's code names but never reaches: some serve phones, for which nobody asks the record of people,
# and some open no session, for which alone the directory of patients is asked.
_NOT_REACHED = {
    **{name: {("IdentityWiring", "people_read")} for name in ("PresignedUrl", "SessionStatus")},
    **{name: {("PatientsWiring", "intake")} for name in ("LiveTicket", "SessionEnd")},
}
# Functions that take webhooks or fetch what others name: whoever takes one over must not be able to sign anybody in.
_FROM_OUTSIDE = {"WebhookReceiver", "WebhookProcessor", "WebhookReplay", "RecordingCopy"}


def _generated(name: str) -> str:
    return f"bedside-production-{name}-AbCdEfGhIjKl"


def _function(name: str, part: str) -> str:
    """Return a function's ARN, or that of one of its versions."""
    arn = f"arn:aws:lambda:{_AWS['AWS::Region']}:{_AWS['AWS::AccountId']}:function:{_generated(name)}"
    return f"{arn}:1234" if part == "Version" else arn


def _reference(name: str) -> str:
    if name in SOURCE["Parameters"]:
        return str(_GIVEN.get(name, SOURCE["Parameters"][name].get("Default")))
    if name in _AWS:
        return _AWS[name]
    resource = SOURCE["Resources"][name]
    properties = resource["Properties"]
    match resource["Type"]:
        case "AWS::SQS::Queue":
            return f"https://sqs.{_AWS['AWS::Region']}.amazonaws.com/{_AWS['AWS::AccountId']}/{_generated(name)}"
        case "AWS::DynamoDB::Table":
            return _value(properties["TableName"])
        case "AWS::S3::Bucket":
            return _value(properties["BucketName"])
        case _:
            return "a1b2c3d4e5"


def _value(written: Any) -> str:
    """Return what CloudFormation makes of a value, at a realistic length; of two alternatives the longer one."""
    match written:
        case {"Ref": name}:
            return _reference(name)
        case {"Fn::Sub": text}:
            text = re.sub(r"\$\{(\w+)\.(Arn|Version)\}", lambda found: _function(*found.groups()), text)
            return re.sub(r"\$\{([^}]+)\}", lambda found: _reference(found[1]), text)
        case {"Fn::GetAtt": [name, "Arn"]}:
            service = _SERVICES[SOURCE["Resources"][name]["Type"]]
            return f"arn:aws:{service}:{_AWS['AWS::Region']}:{_AWS['AWS::AccountId']}:{_generated(name)}"
        case {"Fn::If": [_, one, other]}:
            return max(_value(one), _value(other), key=len)
        case dict():
            raise AssertionError(written)
        case _:
            return str(written)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_environment_fits(name: str) -> None:
    """Names and values together stay well below what Lambda allows."""
    assert sum(len(variable) + len(_value(value)) for variable, value in environment(name).items()) <= _LARGEST


@dataclass(frozen=True, slots=True)
class _Wiring:
    """A domain's wiring, as written: its parts by name, and its settings."""

    domain: str
    parts: Mapping[str, ast.FunctionDef]
    # The variables that each field is read from, and those variables that have no default.
    fields: Mapping[str, set[str]]
    required: set[str]


@cache
def _wirings() -> dict[str, _Wiring]:
    """Return the wiring of every domain by the name of its class."""
    found: dict[str, _Wiring] = {}
    for path in _CORE.glob("**/wiring.py"):
        fields, required = _settings(path.parent / "settings.py")
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                parts = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
                found[node.name] = _Wiring(path.parent.name, parts, fields, required)
    return found


def _settings(path: Path) -> tuple[dict[str, set[str]], set[str]]:
    """Return the variables of each field of a domain's settings, if it has any, and the variables without a default."""
    parsed = ast.parse(path.read_text() if path.exists() else "")
    made = [node for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef) and node.name == "from_env"]
    nodes = [node for from_env in made for node in ast.walk(from_env)]
    fields = {node.arg: _variables(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg}
    return fields, set[str]().union(*(_variables(node.slice) for node in nodes if isinstance(node, ast.Subscript)))


def _variables(expression: ast.expr) -> set[str]:
    texts = {str(each.value) for each in ast.walk(expression) if isinstance(each, ast.Constant)}
    return {text for text in texts if re.fullmatch("(BEDSIDE|AWS)_[A-Z_]+", text)}


def _wiring(expression: ast.expr, names: Mapping[str, str]) -> str | None:
    """Return the class of the wiring that an expression is, if it is one; `names` are the local ones."""
    match expression:
        case ast.Name(name):
            return names.get(name)
        case ast.Call(func=ast.Name("Platform")):
            return "Platform"
        case ast.Call(func=ast.Attribute(attr="domain"), args=[ast.Name(kind)]):
            return kind
        case ast.Attribute(attr="platform"):
            return "Platform"
        case ast.Attribute(value, name):
            owner = _wiring(value, names)
            part = _wirings()[owner].parts.get(name) if owner else None
            made = ast.unparse(part.returns) if part and part.returns else ""
            return made if made in _wirings() else None
    return None


def _lookups(tree: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what code looks up on wirings: the class and the part, or `settings.` or `secrets.` and the field."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    local = {
        node.targets[0].id: kind
        for node in assigned
        if isinstance(node.targets[0], ast.Name) and (kind := _wiring(node.value, names))
    }
    names = {**local, **names}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Attribute(value, "secrets"), field) if _wiring(value, names) == "Platform":
                yield "Platform", f"secrets.{field}"
            case ast.Attribute(ast.Call(ast.Attribute(value, "read_secrets")), field) if _wiring(value, names):
                yield "Platform", f"secrets.{field}"
            case ast.Attribute(ast.Name("settings"), field) if "self" in names:
                yield names["self"], f"settings.{field}"
            case ast.Attribute(ast.Attribute(value, "settings"), field) if owner := _wiring(value, names):
                yield owner, f"settings.{field}"
            case ast.Attribute(value, name) if owner := _wiring(value, names):
                yield owner, name


def _of_handler(name: str) -> Iterator[tuple[str, str]]:
    """Give what a function's handler looks up, also what manifests register with it."""
    handler = ast.parse((ROOT / "functions" / folder(name) / "handler.py").read_text())
    names: dict[str, str] = {}
    for node in ast.walk(handler):
        match node:
            case ast.Assign([ast.Name(local)], value) if kind := _wiring(value, {}):
                names[local] = kind
            case ast.Call(func=ast.Attribute(attr="serves"), args=[ast.Constant(str() as key)]):
                limits = [route.limit for domain in domains.manifests() for route in domain.routes if route.key == key]
                if any(limits):
                    yield "Platform", "limiter"
            case ast.Call(func=ast.Attribute(attr="registered"), args=[_, ast.Constant(str() as kind)]):
                for manifest in domains.manifests():
                    for path in getattr(manifest, kind).values():
                        yield manifest.wiring.rpartition(".")[2], path.partition(".")[0]
    yield from _lookups(handler, names)


@cache
def _reached(name: str) -> frozenset[tuple[str, str]]:
    """Return what a function looks up, found by following its code from the handler through the wirings."""
    not_reached = _NOT_REACHED.get(name, set())
    assert all(part in _wirings()[kind].parts for kind, part in not_reached)
    waiting, reached = set(_of_handler(name)), set[tuple[str, str]]()
    assert waiting
    while waiting:
        kind, part = waiting.pop()
        if (kind, part) in reached | not_reached:
            continue
        reached.add((kind, part))
        if part in _wirings()[kind].parts:
            waiting |= set(_lookups(_wirings()[kind].parts[part], {"self": kind}))
    return frozenset(reached)


@cache
def needed(name: str) -> frozenset[str]:
    """Return the variables that a function reads.

    Those are the variables of the settings that it uses, and, because a domain's settings are read at once, all of that
    domain which have no default.
    """
    if name == "Web":
        pages = "".join(path.read_text() for path in (ROOT / "functions/web").glob("*.py"))
        return frozenset(re.findall(r"BEDSIDE_[A-Z_]+", pages))
    found = set[str]()
    for kind, part in _reached(name):
        if part.startswith("settings."):
            wiring = _wirings()[kind]
            found |= wiring.fields[part.removeprefix("settings.")] | wiring.required
    return frozenset(found - NOT_SET)


def secrets_needed(name: str) -> set[str]:
    """Return the names of the secrets that a function reads, and none for the pages, which have no wiring."""
    parts = set() if name == "Web" else _reached(name)
    return {part.removeprefix("secrets.").replace("_", "-") for _, part in parts if part.startswith("secrets.")}


def _secrets_allowed(role: Any) -> set[str]:
    """Return the names of the parameters that a role may read."""
    folder = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/bedside/${Stage}/"
    found = set[str]()
    for policy in role["Properties"].get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == "ssm:GetParameters":
                for target in statement["Resource"]:
                    assert target["Fn::Sub"].startswith(folder)
                    found.add(target["Fn::Sub"].removeprefix(folder))
    return found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_can_read_the_secrets_that_it_uses_and_no_other(name: str, resources: dict[str, Any]) -> None:
    """Its role allows exactly those, and it asks for exactly those: SSM refuses a request that names one too many."""
    allowed = _secrets_allowed(resources[f"{name}Role"])
    assert allowed == secrets_needed(name)
    assert allowed == set(filter(None, environment(name).get("BEDSIDE_SECRETS", "").split(",")))
    # So that one request reads them all (docs/adr/0017): GetParameters takes ten names.
    assert len(allowed) <= 10


def test_what_takes_anything_from_outside_has_no_signing_keys() -> None:
    """Nor has what runs by itself: only what authenticates callers can sign somebody in, or whom a record launches."""
    assert set(FUNCTIONS) > _FROM_OUTSIDE
    for name in {*_FROM_OUTSIDE, "Sweep", "Timeout", "UploadWatch", "Live", "Health", "MetricsExport", "Web"}:
        assert "signing-keys" not in secrets_needed(name), name
    assert "signing-keys" in secrets_needed("Auth")
    assert [name for name in FUNCTIONS if "identity-keys" in secrets_needed(name)] == [
        # It calls no other service, and CodeDeploy alone calls it: docs/adr/0025.
        "DeploymentCheck",
        "Auth",
        "Otp",
        "RecordLaunch",
    ]
    assert secrets_needed("RecordingCopy") == {"hms-keys"}
    assert [name for name in FUNCTIONS if "webhook-sources" in secrets_needed(name)] == ["WebhookReceiver"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_every_variable_that_it_reads(name: str) -> None:
    """None is missing, even where the code has a default: a parameter would have no effect."""
    assert sorted(needed(name) - environment(name).keys()) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_no_group_that_it_does_not_read(name: str) -> None:
    """Of each group of variables that a function has it reads at least one; of its own variables all."""
    reads, common = needed(name), SOURCE["Globals"]["Function"]["Environment"]["Variables"]
    groups = [block for key, block in SOURCE["Metadata"]["Blocks"].items() if key.endswith("Environment")]
    assert len(groups) >= 5
    has = environment(name).keys() - common.keys()
    whole = [group for group in groups if group.keys() <= has]
    assert [group for group in whole if not group.keys() & reads] == []
    assert sorted(has.difference(reads, *whole)) == []


def test_a_parameter_restarts_every_function() -> None:
    """Operators change it to end every running environment, for instance after a key has leaked."""
    advised = set(re.findall(r"change\s+`(\w+)` by a millisecond", (ROOT / "docs/operations.md").read_text()))
    assert advised == {"RedisDeadlineMs"}
    for name in FUNCTIONS:
        assert {"Ref": "RedisDeadlineMs"} in environment(name).values(), name


def test_a_functions_tables_are_named_in_its_environment(resources: dict[str, Any]) -> None:
    """A function that may use a table knows its name."""
    tables = {name for name, each in SOURCE["Resources"].items() if each["Type"] == "AWS::DynamoDB::Table"}
    for name in FUNCTIONS:
        allowed = str(resources[f"{name}Role"]["Properties"].get("Policies", []))
        known = str(environment(name).values())
        for table in tables:
            if re.search(rf"'{table}'|{{{table}\.Arn}}", allowed):
                assert f"'Ref': '{table}'" in known, (name, table)
