"""What template.yaml promises: least privilege, private and encrypted data, no secrets, nothing left unset."""

import itertools
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]  # it has no types
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]  # it has no types

from bedside import domains
from bedside.capture.image import LONGEST_KEPT_MS, LONGEST_STAY_MS, UNCOMMITTED
from tests.conftest import AUDIT, IDEMPOTENCY, IDENTITY, TABLE, TIMELINE, VISITS, WEBHOOKS, client
from tests.tables import COMMITS, MEDICATIONS

ROOT = Path(__file__).parents[2]
SETTINGS = "".join(path.read_text() for path in sorted((ROOT / "layers/core/bedside").glob("**/settings.py")))
# Functions that schedules, queues or people invoke by their own rights.
NOT_CALLED = {
    "Timeout",
    "Sweep",
    "WebhookProcessor",
    "WebhookReplay",
    "RecordingCopy",
    "VisitFanout",
    "AuditCopy",
    "TimelineAppend",
    "NotificationTrigger",
    "NotificationDispatch",
    "PhotoRender",
    "RecordCommit",
    "DeploymentCheck",
}
# Calls that are made in several ways.
OTHER_EXAMPLES = {"WebhookReceiver": ["webhook_receiver_stripe"]}
# Lambda itself sets it.
NOT_SET = {"AWS_REGION"}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as their long forms, and refuses keys that occur twice."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Check the keys as written: YAML would keep the last of two, and merge keys are not resolved yet."""
        node = super().compose_mapping_node(anchor)
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), node.start_mark
        return node


def _tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tag)


def read() -> Any:
    return yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # noqa: S506  # derived from the safe loader


SOURCE = read()
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in SOURCE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def environment(name: str) -> dict[str, Any]:
    """The variables of a function as the template has them: everybody's and its own."""
    own = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
    return {**SOURCE["Globals"]["Function"]["Environment"]["Variables"], **own}


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """The template as CloudFormation gets it."""
    return translated()


@cache
def translated(layers: str = "layer", only: str = "", **parameters: str) -> dict[str, Any]:
    """Translate once in a process, as deployed with these parameters and contents of layers; or one function alone."""
    template = read()
    if only:
        wanted = (only, *template["Globals"]["Function"]["Layers"][0].values(), "CoreLayer")
        template["Resources"] = {name: template["Resources"][name] for name in wanted}
        del template["Resources"][only]["Properties"]["Events"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/code"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = f"s3://bucket/{layers}"
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code"
    translator = Translator({}, Parser())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        found: dict[str, Any] = translator.translate(template, parameters)["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: each for name, each in resources.items() if each["Type"] == kind}


def folder(name: str) -> str:
    return str(FUNCTIONS[name]["Handler"]).split(".")[0]


def routes(name: str) -> dict[str, str]:
    """The function's routes with their paths, as the template has them but for HEAD; others are the pages'."""
    events = [each["Properties"] for each in FUNCTIONS[name].get("Events", {}).values() if each["Type"] == "HttpApi"]
    return {
        f"{event['Method']} {event['Path']}": event["Path"]
        for event in events
        if "Path" in event and event["Method"] != "HEAD"
    }


def examples(name: str) -> list[str]:
    """The names of the function's example events: its own, or with several calls one for each, `function_call`."""
    if len(routes(name)) < 2:
        return [folder(name), *OTHER_EXAMPLES.get(name, [])]
    return sorted(path.stem for path in (ROOT / "events").glob(f"{folder(name)}_*.json"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_places(name: str) -> None:
    """Folder, handler, example event and test, under the function's own name in snake_case."""
    assert folder(name) == re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    assert FUNCTIONS[name]["Handler"] == f"{folder(name)}.handler.lambda_handler"
    assert "lambda_handler" in (ROOT / "functions" / folder(name) / "handler.py").read_text()
    for example in examples(name):
        assert json.loads((ROOT / "events" / f"{example}.json").read_text())
    tests = ROOT / "tests/web/test_web_app.py" if folder(name) == "web" else ROOT / "tests/functions"
    assert tests.is_file() or list(tests.glob(f"*/test_{folder(name)}.py"))


def test_no_function_stands_outside_the_template() -> None:
    """Every folder belongs to a function, and every example event to one of its calls."""
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    events = {path.stem for path in (ROOT / "events").glob("*.json")}
    assert folders == {folder(name) for name in FUNCTIONS}
    assert events == {example for name in FUNCTIONS for example in examples(name)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_events_are_of_the_functions_routes(name: str) -> None:
    """One for each; method, path and parameters are those that the template routes to it."""
    wanted = routes(name)
    if not wanted:
        return
    events = [json.loads((ROOT / "events" / f"{example}.json").read_text()) for example in examples(name)]
    more = len(OTHER_EXAMPLES.get(name, []))
    assert sorted(event["routeKey"] for event in events) == sorted([*wanted, *list(wanted) * more])
    for event in events:
        path = wanted[event["routeKey"]].format(**event.get("pathParameters", {}))
        assert event["requestContext"]["routeKey"] == event["routeKey"]
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == path


def test_resources_are_grouped_and_sorted() -> None:
    """Each stands under a domain's banner, in alphabetical order, and each parameter under a domain's heading."""
    text = (ROOT / "template.yaml").read_text()
    for section, heading in (("Parameters", "  # ── "), ("Resources", "  # ─────────── ")):
        lines = text.split(f"\n{section}:\n")[1].splitlines()
        groups: list[list[str]] = []
        for line in itertools.takewhile(lambda line: not line or line.startswith(" "), lines):
            if line.startswith(heading.rstrip()):
                groups.append([])
            elif found := re.fullmatch(r"  (\w+):", line):
                groups[-1].append(found[1])
        assert {name for group in groups for name in group} == set(SOURCE[section])
        assert groups == [sorted(group) for group in groups]


def test_every_shared_block_is_used() -> None:
    """An anchor that nothing refers to is left over."""
    text = (ROOT / "template.yaml").read_text()
    anchors = set(re.findall(r"&([a-z-]+)$", text, re.MULTILINE))
    assert len(anchors) > 20
    assert [name for name in anchors if not re.search(rf"\*{name}(?![a-z-])", text)] == []


def test_policies_name_what_they_allow(resources: dict[str, Any]) -> None:
    """No action and no resource is a bare wildcard.

    What has no name of its own is a phone number: messages go to whatever is no topic, and nothing else is excepted.
    """
    roles = of_type(resources, "AWS::IAM::Role")
    assert len(roles) >= len(FUNCTIONS)
    for name, role in roles.items():
        properties = role["Properties"]
        managed = json.dumps(properties.get("ManagedPolicyArns", []))
        assert "FullAccess" not in managed, name
        assert "Administrator" not in managed, name
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                actions = [actions] if isinstance(actions, str) else actions
                if actions == ["sns:Publish"]:
                    topics = {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
                    assert statement == {"Effect": "Allow", "Action": "sns:Publish", "NotResource": topics}, name
                    continue
                assert not {"NotResource", "NotAction"} & set(statement), name
                assert statement["Effect"] == "Allow", name
                targets = statement["Resource"]
                targets = targets if isinstance(targets, list) else [targets]
                assert not [action for action in actions if action.endswith("*")], name
                assert "*" not in targets, name
                for target in targets:
                    text = json.dumps(target)
                    assert not re.search(r":\*\"|:::\*|table/\*|parameter/\*", text), (name, text)


# What whoever changes a visit needs, for all that follows from a change.
CHANGES_VISITS = {
    "ssm",
    "people:GetItem",
    "visits:GetItem",
    "visits:PutItem",
    "visits:UpdateItem",
    "execute-api:ManageConnections",
    "scheduler:CreateSchedule",
    "scheduler:DeleteSchedule",
    "iam:PassRole",
    "subscriptions:Query",
    "fanout:SendMessage",
}
FOLLOWS_BOOKINGS = {"bookings:GetItem", "bookings:UpdateItem", "visits:BatchGetItem"}
# What each function does, by where it does it: the rows of people, of sessions, of the audit trail.
ALLOWED = {
    "SessionCreate": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:PutItem",
        "capture:UpdateItem",
        "patients:GetItem",
        "patients:PutItem",
    },
    "SessionEnd": {"ssm", "people:GetItem", "capture:UpdateItem", "execute-api:ManageConnections"},
    "SessionWaiting": {"ssm", "people:GetItem", "sessions-of-facility:Query", "capture:BatchGetItem"},
    "UploadToken": {"ssm", "people:GetItem", "capture:GetItem"},
    "LiveTicket": {"ssm", "people:GetItem", "capture:UpdateItem"},
    "ImageList": {"ssm", "people:GetItem", "capture:GetItem", "capture:UpdateItem", "s3:GetObject"},
    "ImageUpdate": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "s3:GetObject",
        "execute-api:ManageConnections",
    },
    "ImageArrange": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "ImageEdits": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:PutItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "ImageDelete": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "capture:DeleteItem",
        "s3:DeleteObject",
        "execute-api:ManageConnections",
    },
    "ImageKeep": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "s3:GetObject",
        "s3:PutObjectTagging",
        "execute-api:ManageConnections",
    },
    "ConsentRecord": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "PhoneAdmit": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "TokenValidate": {
        "ssm",
        "people:GetItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "PresignedUrl": {"ssm", "capture:GetItem", "capture:UpdateItem", "s3:PutObject", "s3:PutObjectTagging"},
    "SessionPreview": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "execute-api:ManageConnections",
    },
    "SessionStatus": {"ssm", "capture:GetItem", "capture:UpdateItem"},
    "ImageNotify": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "s3:GetObject",
        "s3:ListBucket",
        "execute-api:ManageConnections",
    },
    "Otp": {"ssm", "people:GetItem", "people:UpdateItem", "sns:Publish"},
    "Auth": {"ssm", "people:GetItem", "people:UpdateItem", "trail:PutItem"},
    "Users": {
        "ssm",
        "people:GetItem",
        "people:UpdateItem",
        "trail:PutItem",
        "facilities:Query",
        "people-of-facility:Query",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
        "sns:Publish",
    },
    "Bookings": {
        *CHANGES_VISITS,
        "bookings-of-patient:Query",
        "bookings-of-practitioner:Query",
        "bookings-of-facility:Query",
        "people:BatchGetItem",
        "due-bookings:Query",
        "copies:SendMessage",
        "patients:BatchGetItem",
        "patients:GetItem",
        "bookings:GetItem",
        "bookings:BatchGetItem",
        "bookings:PutItem",
        "bookings:UpdateItem",
        "services-of-facility:Query",
        "visits:BatchGetItem",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
    },
    "Payouts": {
        "ssm",
        "people:GetItem",
        "people:BatchGetItem",
        "payouts:GetItem",
        "payouts:PutItem",
        "shares-by-state:Query",
        "bookings:GetItem",
    },
    "Notifications": {
        "ssm",
        "people:GetItem",
        "people:BatchGetItem",
        "notifications:GetItem",
        "notifications:PutItem",
        "notifications:UpdateItem",
        "records-of-person:Query",
        "records-of-facility:Query",
    },
    "Medications": {
        "ssm",
        "people:GetItem",
        "trail:PutItem",
        "patients:GetItem",
        "medications:GetItem",
        "medications:BatchGetItem",
        "medications:PutItem",
        "medications:DeleteItem",
        "medications:Query",
        "plans-of-patient:Query",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "iam:PassRole",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
    },
    "Commits": {
        "ssm",
        "people:GetItem",
        "trail:PutItem",
        "s3:GetObject",
        "s3:ListBucket",
        "capture:GetItem",
        "capture:UpdateItem",
        "commits:GetItem",
        "commits:BatchGetItem",
        "visits:GetItem",
        "visits:UpdateItem",
        "patients:BatchGetItem",
        "patients:GetItem",
        "commits:PutItem",
        "renderings:SendMessage",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
        "execute-api:ManageConnections",
    },
    "PhotoRender": {
        "ssm",
        "people:GetItem",
        "patients:GetItem",
        "visits:GetItem",
        "visits:UpdateItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "commits:GetItem",
        "commits:PutItem",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "renderings:SendMessage",
        "record-commits:SendMessage",
        "execute-api:ManageConnections",
    },
    "RecordCommit": {
        "ssm",
        "people:GetItem",
        "patients:GetItem",
        "visits:GetItem",
        "visits:UpdateItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "commits:GetItem",
        "commits:PutItem",
        "commits:UpdateItem",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "ssm:GetParameter",
        "record-commits:SendMessage",
        "execute-api:ManageConnections",
    },
    "RecordTargets": {
        "ssm",
        "people:GetItem",
        "trail:PutItem",
        "commits:GetItem",
        "commits:PutItem",
        "commits:UpdateItem",
        "record-commits:SendMessage",
        "ssm:PutParameter",
        "ssm:DeleteParameter",
    },
    "RecordLaunch": {
        "ssm",
        "people:GetItem",
        "people:UpdateItem",
        "trail:PutItem",
        "commits:GetItem",
        "commits:PutItem",
        "commits:UpdateItem",
        "record-commits:SendMessage",
    },
    "NotificationTrigger": {
        "visits:GetItem",
        "medications:GetItem",
        "medications:BatchGetItem",
        "plans-of-patient:Query",
        "capture:GetItem",
        "bookings:GetItem",
        "notifications:GetItem",
        "notifications:PutItem",
        "notices:SendMessage",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "iam:PassRole",
    },
    "NotificationDispatch": {
        "ssm",
        "people:GetItem",
        "trail:PutItem",
        "visits:GetItem",
        "medications:GetItem",
        "medications:BatchGetItem",
        "plans-of-patient:Query",
        "capture:GetItem",
        "bookings:GetItem",
        "notifications:GetItem",
        "notifications:PutItem",
        "notifications:UpdateItem",
        "notifications:DeleteItem",
        "notices:SendMessage",
        "notices:ChangeMessageVisibility",
        "inbox-subscriptions:Query",
        "execute-api:ManageConnections",
        "scheduler:CreateSchedule",
        "scheduler:DeleteSchedule",
        "iam:PassRole",
        "sns:Publish",
        "ses:SendEmail",
    },
    "ContactPoints": {
        "ssm",
        "people:GetItem",
        "notifications:GetItem",
        "notifications:PutItem",
        "notifications:UpdateItem",
        "notifications:DeleteItem",
        "ses:SendEmail",
    },
    "MailEvents": {"ssm", "notifications:GetItem", "notifications:PutItem", "sqs:SendMessage"},
    "Patients": {
        "ssm",
        "people:GetItem",
        "patients:GetItem",
        "patients:PutItem",
        "patients:DeleteItem",
        "patients:Query",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
    },
    "UploadWatch": {
        "ssm",
        "people:GetItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "s3:DeleteObject",
        "execute-api:ManageConnections",
        "sqs:SendMessage",
    },
    "WebhookReceiver": {"ssm", "webhooks:PutItem", "webhook-queue:SendMessage"},
    "WebhookProcessor": {
        *CHANGES_VISITS,
        "webhooks:GetItem",
        "webhooks:UpdateItem",
        "webhook-queue:ChangeMessageVisibility",
        "copies:SendMessage",
        *FOLLOWS_BOOKINGS,
        "payouts:GetItem",
        "payouts:PutItem",
        "notifications:GetItem",
        "notifications:PutItem",
    },
    "WebhookReplay": {"ssm", "webhooks:UpdateItem", "webhook-queue:SendMessage"},
    "Visits": {
        *CHANGES_VISITS,
        "people-of-facility:Query",
        "visits-of-facility:Query",
        "visits-of-patient:Query",
        "patients:BatchGetItem",
        "patients:GetItem",
        "answers:PutItem",
        "answers:GetItem",
        "answers:UpdateItem",
        "answers:DeleteItem",
        "s3:GetObject",
    },
    "Timeout": {
        *CHANGES_VISITS,
        "copies:SendMessage",
        *FOLLOWS_BOOKINGS,
        "medications:GetItem",
        "medications:PutItem",
        "sqs:SendMessage",
    },
    "Sweep": {
        "payouts:GetItem",
        "payouts:PutItem",
        "payouts:UpdateItem",
        "due-payouts:Query",
        "medications:GetItem",
        "medications:PutItem",
        "due-plans:Query",
        "commits:GetItem",
        "commits:PutItem",
        "commits:UpdateItem",
        "due-files:Query",
        "renderings:SendMessage",
        "record-commits:SendMessage",
        "due-notices:Query",
        "notices:SendMessage",
        *CHANGES_VISITS,
        "copies:SendMessage",
        "due-visits:Query",
        "due-webhooks:Query",
        "due-sessions:Query",
        "due-bookings:Query",
        *FOLLOWS_BOOKINGS,
        "answers:PutItem",
        "capture:GetItem",
        "capture:UpdateItem",
        "capture:DeleteItem",
        "s3:DeleteObject",
        "webhooks:GetItem",
        "webhooks:UpdateItem",
        "webhook-queue:SendMessage",
    },
    "Live": {
        "ssm",
        "people:GetItem",
        "capture:UpdateItem",
        "visits:UpdateItem",
        "notifications:UpdateItem",
        "execute-api:ManageConnections",
    },
    "VisitFanout": {
        "ssm",
        "people:GetItem",
        "visits:UpdateItem",
        "subscriptions:Query",
        "execute-api:ManageConnections",
        "fanout:SendMessage",
    },
    "Health": {"ssm"},
    "MetricsExport": {"ssm"},
    "AuditCopy": {"s3:PutObject"},
    "Encounters": {
        "ssm",
        "people:GetItem",
        "patients:GetItem",
        "timeline:GetItem",
        "timeline:Query",
        "encounters-of-facility:Query",
        "encounters-of-patient:Query",
    },
    "TimelineAppend": {"timeline:GetItem", "timeline:PutItem"},
    "Web": set(),
    "DeploymentCheck": {
        "ssm",
        "people:GetItem",
        "people:UpdateItem",
        "trail:PutItem",
        "lambda:InvokeFunction",
        "codedeploy:PutLifecycleEventHookExecutionStatus",
    },
    "RecordingCopy": {
        "ssm",
        "visits:GetItem",
        "visits:UpdateItem",
        "s3:GetObject",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:AbortMultipartUpload",
        "s3:ListBucket",
    },
}
QUEUES = {
    json.dumps({"Fn::GetAtt": ["WebhookQueue", "Arn"]}): "webhook-queue",
    json.dumps({"Fn::GetAtt": ["RecordingCopyQueue", "Arn"]}): "copies",
    json.dumps({"Fn::GetAtt": ["VisitFanoutQueue", "Arn"]}): "fanout",
    json.dumps({"Fn::GetAtt": ["NotificationQueue", "Arn"]}): "notices",
    json.dumps({"Fn::GetAtt": ["PhotoRenderQueue", "Arn"]}): "renderings",
    json.dumps({"Fn::GetAtt": ["RecordCommitQueue", "Arn"]}): "record-commits",
}
PLACES = {
    json.dumps({"Fn::GetAtt": ["CaptureTable", "Arn"]}): "capture",
    json.dumps({"Fn::GetAtt": ["IdentityTable", "Arn"]}): "people",
    json.dumps({"Fn::GetAtt": ["AuditTable", "Arn"]}): "trail",
    json.dumps({"Fn::GetAtt": ["PatientsTable", "Arn"]}): "patients",
    json.dumps({"Fn::GetAtt": ["BookingsTable", "Arn"]}): "bookings",
    json.dumps({"Fn::Sub": "${BookingsTable.Arn}/index/services-of-facility"}): "services-of-facility",
    **{
        json.dumps({"Fn::Sub": f"${{BookingsTable.Arn}}/index/bookings-of-{whose}"}): f"bookings-of-{whose}"
        for whose in ("patient", "practitioner", "facility")
    },
    json.dumps({"Fn::GetAtt": ["NotificationsTable", "Arn"]}): "notifications",
    **{
        json.dumps({"Fn::Sub": f"${{NotificationsTable.Arn}}/index/records-of-{whose}"}): f"records-of-{whose}"
        for whose in ("person", "facility")
    },
    json.dumps({"Fn::GetAtt": ["PayoutsTable", "Arn"]}): "payouts",
    json.dumps({"Fn::Sub": "${PayoutsTable.Arn}/index/shares-by-state"}): "shares-by-state",
    json.dumps({"Fn::Sub": "${PayoutsTable.Arn}/index/due"}): "due-payouts",
    json.dumps({"Fn::GetAtt": ["MedicationsTable", "Arn"]}): "medications",
    json.dumps({"Fn::Sub": "${MedicationsTable.Arn}/index/plans-of-patient"}): "plans-of-patient",
    json.dumps({"Fn::Sub": "${MedicationsTable.Arn}/index/due"}): "due-plans",
    json.dumps({"Fn::GetAtt": ["CommitsTable", "Arn"]}): "commits",
    json.dumps({"Fn::Sub": "${CommitsTable.Arn}/index/due"}): "due-files",
    json.dumps({"Fn::Sub": "${NotificationsTable.Arn}/index/due"}): "due-notices",
    json.dumps({"Fn::Sub": "${NotificationsTable.Arn}/index/subscriptions-of-channel"}): "inbox-subscriptions",
    json.dumps({"Fn::GetAtt": ["IdempotencyTable", "Arn"]}): "answers",
    json.dumps({"Fn::GetAtt": ["VisitsTable", "Arn"]}): "visits",
    json.dumps({"Fn::GetAtt": ["WebhooksTable", "Arn"]}): "webhooks",
    json.dumps({"Fn::GetAtt": ["TimelineTable", "Arn"]}): "timeline",
    json.dumps({"Fn::Sub": "${TimelineTable.Arn}/index/encounters-of-facility"}): "encounters-of-facility",
    json.dumps({"Fn::Sub": "${TimelineTable.Arn}/index/encounters-of-patient"}): "encounters-of-patient",
    json.dumps({"Fn::Sub": "${IdentityTable.Arn}/index/facilities"}): "facilities",
    json.dumps({"Fn::Sub": "${IdentityTable.Arn}/index/people-of-facility"}): "people-of-facility",
    json.dumps({"Fn::Sub": "${VisitsTable.Arn}/index/visits-of-facility"}): "visits-of-facility",
    json.dumps({"Fn::Sub": "${VisitsTable.Arn}/index/visits-of-patient"}): "visits-of-patient",
    json.dumps({"Fn::Sub": "${VisitsTable.Arn}/index/subscriptions-of-channel"}): "subscriptions",
    json.dumps({"Fn::Sub": "${VisitsTable.Arn}/index/due"}): "due-visits",
    json.dumps({"Fn::Sub": "${WebhooksTable.Arn}/index/due"}): "due-webhooks",
    json.dumps({"Fn::Sub": "${CaptureTable.Arn}/index/due"}): "due-sessions",
    json.dumps({"Fn::Sub": "${CaptureTable.Arn}/index/sessions-of-facility"}): "sessions-of-facility",
    json.dumps({"Fn::Sub": "${BookingsTable.Arn}/index/due"}): "due-bookings",
}


def named(action: str, target: Any) -> str:
    """Name an action as ALLOWED does: with its table, where it is one of DynamoDB's."""
    service, _, act = action.partition(":")
    if service == "dynamodb":
        return f"{PLACES[json.dumps(target)]}:{act}"
    if service == "sqs" and json.dumps(target) in QUEUES:
        return f"{QUEUES[json.dumps(target)]}:{act}"
    return "ssm" if action == "ssm:GetParameters" else action


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_its_job_and_no_more(name: str, resources: dict[str, Any]) -> None:
    """The actions of its role, one by one: a new one is a decision."""
    role = resources[f"{name}Role"]["Properties"]
    actions: set[str] = set()
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            found = statement["Action"]
            targets = statement.get("Resource")
            for action in [found] if isinstance(found, str) else found:
                actions |= {named(action, target) for target in (targets if isinstance(targets, list) else [targets])}
    assert actions == ALLOWED[name]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        *((name, "subscription#*") for name in ("Live", "VisitFanout")),
        ("RecordingCopy", "recording#*"),
        *((name, "notes#*") for name in ("PhotoRender", "RecordCommit")),
    ],
)
def test_who_needs_no_visit_changes_none(name: str, keys: str, resources: dict[str, Any]) -> None:
    """Their rights to the table of visits are those to subscriptions, recordings or notes, whose keys begin so."""
    [policy] = resources[f"{name}Role"]["Properties"]["Policies"]
    table = {"Fn::GetAtt": ["VisitsTable", "Arn"]}
    [statement] = [each for each in policy["PolicyDocument"]["Statement"] if each.get("Resource") == table]
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}


def test_secrets_of_records_go_one_way(resources: dict[str, Any]) -> None:
    """Who writes them for administrators cannot read them; who reads them serves no request from outside."""
    may: dict[str, set[str]] = {}
    for name in FUNCTIONS:
        for policy in resources[f"{name}Role"]["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "/record-targets/" in json.dumps(statement.get("Resource")):
                    found = statement["Action"]
                    may.setdefault(name, set()).update([found] if isinstance(found, str) else found)
    assert may == {"RecordCommit": {"ssm:GetParameter"}, "RecordTargets": {"ssm:PutParameter", "ssm:DeleteParameter"}}
    events = SOURCE["Resources"]["RecordCommit"]["Properties"]["Events"]
    assert [event["Type"] for event in events.values()] == ["SQS"]


def test_who_saves_edits_replaces_no_session(resources: dict[str, Any]) -> None:
    """Whole items it may only put where edits are, whose keys begin so."""
    [policy] = resources["ImageEditsRole"]["Properties"]["Policies"]
    puts = [each for each in policy["PolicyDocument"]["Statement"] if "dynamodb:PutItem" in each["Action"]]
    only_edits = {"ForAnyValue:StringLikeIfExists": {"dynamodb:LeadingKeys": "edits#*"}}
    assert [each["Condition"] for each in puts] == [only_edits]


@pytest.mark.parametrize("name", ["ImageDelete", "Sweep"])
def test_who_deletes_edits_deletes_no_session(name: str, resources: dict[str, Any]) -> None:
    """The right to delete items is one to edits, whose keys begin so."""
    [policy] = resources[f"{name}Role"]["Properties"]["Policies"]
    deletes = [each for each in policy["PolicyDocument"]["Statement"] if each["Action"] == "dynamodb:DeleteItem"]
    only_edits = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "edits#*"}}
    assert [each["Condition"] for each in deletes] == [only_edits]


def test_the_audit_trail_is_only_added_to() -> None:
    """No function may change, remove or read an entry."""
    allowed = {action for actions in ALLOWED.values() for action in actions if action.startswith("trail:")}
    assert allowed == {"trail:PutItem"}


BUCKETS = {
    "AuditBucket": "AuditBucketPolicy",
    "CaptureBucket": "CaptureBucketPolicy",
    "RecordingsBucket": "RecordingsBucketPolicy",
    "CdnAssets": "CdnAssetsPolicy",
}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private(name: str, resources: dict[str, Any]) -> None:
    """No public access, no ACLs, encrypted, TLS only, and kept when the stack goes."""
    assert set(of_type(resources, "AWS::S3::Bucket")) == set(BUCKETS)
    assert (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )
    bucket = resources[name]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    policy = resources[BUCKETS[name]]["Properties"]
    assert policy["Bucket"] == {"Ref": name}
    statement, *others = policy["PolicyDocument"]["Statement"]
    # What else CloudFront may do: see test_cdn.py.
    assert len(others) == (1 if name == "CdnAssets" else 0)
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]


def test_the_bucket_deletes_what_the_sweeper_missed(resources: dict[str, Any]) -> None:
    """Lifecycle of `sessions/`, never shorter than a photo may stay, incomplete uploads, and events of arrivals."""
    bucket = resources["CaptureBucket"]["Properties"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert [rule["Status"] for rule in rules] == ["Enabled"] * 5
    uncommitted, every = [rule for rule in rules if rule.get("Prefix") == "sessions/"]
    [tag] = uncommitted["TagFilters"]
    assert f"{tag['Key']}={tag['Value']}" == UNCOMMITTED
    assert "TagFilters" not in every
    day_ms, late_days = 24 * 3600 * 1000, 14  # an event is redriven for so long
    assert uncommitted["ExpirationInDays"] > LONGEST_STAY_MS // day_ms + late_days
    assert every["ExpirationInDays"] > LONGEST_KEPT_MS // day_ms + late_days
    assert {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules}["quarantine/"] == 7
    # Longer than a file may wait, which is a day.
    assert {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules}["renderings/"] == 7
    assert any(rule.get("AbortIncompleteMultipartUpload") for rule in rules)
    assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


def test_only_the_pages_may_use_the_bucket_from_a_browser(resources: dict[str, Any]) -> None:
    """CORS for one origin, its two methods, and the headers that uploads and grids send."""
    [rule] = resources["CaptureBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    [origin] = rule["AllowedOrigins"]
    assert origin["Fn::If"][0] == "OwnOrigin"
    assert "*" not in json.dumps(rule)
    assert set(rule["AllowedMethods"]) == {"GET", "PUT"}
    uploads = {"content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-tagging"}
    assert set(rule["AllowedHeaders"]) == uploads | {"range"}


@pytest.mark.parametrize(
    ("name", "expires"),
    [
        ("CaptureTable", True),
        ("IdentityTable", True),
        ("AuditTable", False),
        ("VisitsTable", True),
        ("WebhooksTable", True),
        ("PatientsTable", False),
        ("BookingsTable", False),
        ("PayoutsTable", False),
        ("NotificationsTable", True),
        ("MedicationsTable", False),
        ("CommitsTable", True),
        ("TimelineTable", False),
    ],
)
def test_the_record_is_safe(name: str, expires: bool, resources: dict[str, Any]) -> None:  # noqa: FBT001  # parametrised
    """On demand, restorable to a point in time, encrypted, kept when the stack goes; some never expire."""
    tables = of_type(resources, "AWS::DynamoDB::Table")
    assert set(tables) == {
        "CaptureTable",
        "IdentityTable",
        "AuditTable",
        "IdempotencyTable",
        "VisitsTable",
        "WebhooksTable",
        "PatientsTable",
        "BookingsTable",
        "PayoutsTable",
        "NotificationsTable",
        "MedicationsTable",
        "CommitsTable",
        "TimelineTable",
    }
    table, properties = tables[name], tables[name]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEEnabled"] is True
    lapsing = {"AttributeName": "ttl", "Enabled": True} if expires else None
    assert properties.get("TimeToLiveSpecification") == lapsing
    assert table["UpdateReplacePolicy"] == "Retain"
    assert table["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}


def test_a_deleted_stack_can_be_created_again(resources: dict[str, Any]) -> None:
    """What outlives the stack has a name that NameSuffix changes, wherever that name is written.

    By default it is empty: existing stacks keep their names.
    """
    kept = {name for name, each in resources.items() if each.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {*of_type(resources, "AWS::S3::Bucket"), *of_type(resources, "AWS::DynamoDB::Table")} - {
        "IdempotencyTable"
    }
    assert SOURCE["Parameters"]["NameSuffix"]["Default"] == ""
    written = json.dumps(resources)
    for name in kept:
        properties = resources[name]["Properties"]
        physical = (properties.get("TableName") or properties["BucketName"])["Fn::Sub"]
        assert physical.endswith("-${Stage}${NameSuffix}")
        stem = physical.removesuffix("${NameSuffix}")
        assert written.count(stem) == written.count(physical), name


def test_kept_answers_are_encrypted_and_expire(resources: dict[str, Any]) -> None:
    """They hold people's numbers for a day, and are no record: deleted by themselves, and with the stack."""
    table = of_type(resources, "AWS::DynamoDB::Table")["IdempotencyTable"]
    properties = table["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"]["SSEEnabled"] is True
    # Powertools' own name for it.
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}
    assert "DeletionPolicy" not in table


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("CaptureTable", TABLE),
        ("IdentityTable", IDENTITY),
        ("AuditTable", AUDIT),
        ("IdempotencyTable", IDEMPOTENCY),
        ("VisitsTable", VISITS),
        ("WebhooksTable", WEBHOOKS),
        ("TimelineTable", TIMELINE),
        ("MedicationsTable", MEDICATIONS),
        ("CommitsTable", COMMITS),
    ],
)
def test_the_tests_tables_are_the_templates(name: str, made: str, resources: dict[str, Any]) -> None:
    """The tables in which the other tests work have the same keys and indexes."""
    wanted = resources[name]["Properties"]
    found = client("dynamodb").describe_table(TableName=made)["Table"]

    def indexes(table: dict[str, Any]) -> list[Any]:
        parts = ("IndexName", "KeySchema", "Projection")
        return [{part: index[part] for part in parts} for index in table.get("GlobalSecondaryIndexes", [])]

    assert found["KeySchema"] == wanted["KeySchema"]
    assert found["AttributeDefinitions"] == wanted["AttributeDefinitions"]
    assert indexes(found) == indexes(wanted)


def test_a_code_lives_ten_minutes_at_most() -> None:
    """NIST SP 800-63B, 5.1.3.2; and no parameter can make a limit of signing in boundless."""
    parameters = SOURCE["Parameters"]
    assert parameters["OtpLifeSeconds"]["MaxValue"] == 600
    for name in ("OtpResendSeconds", "SmsPrefixAllowance", "AccessTokenSeconds", "SignInLifeSeconds"):
        assert parameters[name]["MinValue"] >= 1
    assert parameters["AccessTokenSeconds"]["MaxValue"] <= 3600


def test_functions_run_as_decided(resources: dict[str, Any]) -> None:
    """Python 3.13 on arm64, traced, in JSON to a log group with a retention, within the API's 30 seconds."""
    assert SOURCE["Parameters"]["Architecture"]["Default"] == "arm64"
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert groups
    for group in groups.values():
        assert group["Properties"]["RetentionInDays"]
    functions = of_type(resources, "AWS::Lambda::Function")
    assert set(functions) == set(FUNCTIONS)
    for name, function in functions.items():
        properties = function["Properties"]
        assert properties["Runtime"] == "python3.13", name
        assert properties["Architectures"] == [{"Ref": "Architecture"}], name
        assert properties["TracingConfig"] == {"Mode": "Active"}, name
        assert properties["LoggingConfig"]["LogGroup"]["Ref"] in groups, name
        assert properties["Timeout"] <= 30 or name in NOT_CALLED, name
        assert len(properties["Layers"]) == (3 if name == "PhotoRender" else 2), name


def test_nothing_secret_stands_in_the_template(resources: dict[str, Any]) -> None:
    """No variable and no parameter is a secret; functions get only the path where secrets are.

    But for what CloudFront proves itself with: CloudFormation alone knows it, and CloudFront's settings show it anyway.
    """
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        for variable in function["Properties"]["Environment"]["Variables"]:
            secret = re.search("TOKEN$|SECRET$|PASSWORD|_KEY$|_KEYS$|REDIS_URL", variable)
            assert not secret or variable == "BEDSIDE_CDN_SECRET", (name, variable)
    for name, parameter in SOURCE["Parameters"].items():
        assert not re.search("Secret|Password|Key$|RedisUrl|RedisToken", name)
        assert "NoEcho" not in parameter


def _variables() -> dict[str, Any]:
    return {variable: value for name in FUNCTIONS for variable, value in environment(name).items()}


def test_every_setting_is_set() -> None:
    """What settings read is in some function's environment, and what is there is read by somebody."""
    read_names = set(re.findall(r'env(?:\.get\(|\[)"(\w+)"', SETTINGS))
    assert len(read_names) > 15
    variables = set(_variables())
    assert read_names - variables == NOT_SET
    own = {variable for variable in variables if variable.startswith("BEDSIDE_")}
    pages = "".join(path.read_text() for path in (ROOT / "functions/web").glob("*.py"))
    assert [name for name in own - read_names if name not in pages] == []


def test_defaults_agree_with_the_settings() -> None:
    """A limit is the same whether the template sets it or not."""
    defaults = dict(re.findall(r'env\.get\("(\w+)", "(\d+)"\)', SETTINGS))
    variables = _variables()
    compared = 0
    for name, value in defaults.items():
        if name in variables:
            assert str(SOURCE["Parameters"][variables[name]["Ref"]]["Default"]) == value, name
            compared += 1
    assert compared >= 6


def test_the_apis_may_call_their_functions(resources: dict[str, Any]) -> None:
    """Every routed function has a permission, narrowed to its API or its rule."""
    permissions = of_type(resources, "AWS::Lambda::Permission").values()
    by_function: dict[str, list[Any]] = {}
    for permission in permissions:
        properties = permission["Properties"]
        assert "SourceArn" in properties
        by_function.setdefault(properties["FunctionName"]["Ref"].removesuffix("Aliaslive"), []).append(
            properties["Principal"]
        )
    assert set(by_function) == set(FUNCTIONS) - NOT_CALLED
    assert by_function["Live"] == ["apigateway.amazonaws.com"]
    assert by_function["UploadWatch"] == ["events.amazonaws.com"]


def test_access_logs_name_routes_and_not_paths(resources: dict[str, Any]) -> None:
    """A path can hold a token."""
    [stage] = [
        each["Properties"]
        for each in of_type(resources, "AWS::ApiGatewayV2::Stage").values()
        if each["Properties"]["StageName"] == "$default"
    ]
    form = stage["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in form
    assert not re.search(r"\$context\.(path|authorizer|identity)|query", form)
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"]


def test_what_storage_tells_is_not_lost(resources: dict[str, Any]) -> None:
    """The rule listens to our bucket's photos only; failures end in an encrypted queue that raises an alarm."""
    rule = of_type(resources, "AWS::Events::Rule")["UploadWatchStored"]
    pattern = rule["Properties"]["EventPattern"]
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "sessions/"}]
    assert len(pattern["detail"]["bucket"]["name"]) == 1
    [target] = rule["Properties"]["Targets"]
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["UploadWatchDeadLetters", "Arn"]}


def test_what_is_told_of_mail_is_not_lost(resources: dict[str, Any]) -> None:
    """Bounces and complaints about our mail alone; failures end in a queue, too."""
    rule = of_type(resources, "AWS::Events::Rule")["MailEventsTold"]
    pattern = rule["Properties"]["EventPattern"]
    assert pattern["source"] == ["aws.ses"]
    assert pattern["detail"] == {"mail": {"tags": {"ses:configuration-set": [{"Ref": "MailConfigurationSet"}]}}}
    [target] = rule["Properties"]["Targets"]
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["MailEventsDeadLetters", "Arn"]}
    events = resources["MailConfigurationSetEvents"]["Properties"]["EventDestination"]
    assert events["Enabled"] is True
    assert events["MatchingEventTypes"] == ["bounce", "complaint"]


def test_queues_are_encrypted_and_dead_letters_ring(resources: dict[str, Any]) -> None:
    """Dead letters are kept for two weeks, and the first of them raises an alarm."""
    queues = of_type(resources, "AWS::SQS::Queue")
    alarms = [each["Properties"] for each in of_type(resources, "AWS::CloudWatch::Alarm").values()]
    watched = [alarm["Dimensions"][0]["Value"] for alarm in alarms if alarm.get("Namespace") == "AWS/SQS"]
    for name, queue in queues.items():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        if name.endswith("DeadLetters"):
            assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 86_400, name
            assert {"Fn::GetAtt": [name, "QueueName"]} in watched, name


def test_webhooks_are_tried_ten_times(resources: dict[str, Any]) -> None:
    """Each for itself, when the processor says; else it stays hidden for six times as long as that may take."""
    queue = resources["WebhookQueue"]["Properties"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["WebhookDeadLetters", "Arn"]},
        "maxReceiveCount": 10,
    }
    [mapping] = [
        each["Properties"]
        for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if each["Properties"]["FunctionName"] == {"Ref": "WebhookProcessor"}
    ]
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["WebhookQueue", "Arn"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] <= 10
    assert queue["VisibilityTimeout"] >= 6 * resources["WebhookProcessor"]["Properties"]["Timeout"]


def test_webhooks_are_kept_for_longer_than_they_can_be_replayed() -> None:
    """Whatever 100ms sends again is known."""
    assert SOURCE["Parameters"]["WebhookRetentionDays"]["MinValue"] > 30


def test_redrive_knows_every_queue_of_dead_letters() -> None:
    """The manifests say where each goes back to: to the queue that gave its messages up, or else to a function."""
    registered = {letters: back for domain in domains.manifests() for letters, back in domain.dead_letters.items()}
    queues = [name for name, each in SOURCE["Resources"].items() if each["Type"] == "AWS::SQS::Queue"]
    assert set(registered) == {name for name in queues if name.endswith("DeadLetters")}
    for name, back in registered.items():
        assert SOURCE["Resources"][back]["Type"] in {"AWS::SQS::Queue", "AWS::Serverless::Function"}, name
        sources = [each for each in queues if _gives_up_to(name, SOURCE["Resources"][each])]
        assert sources in ([], [back]), name


def _gives_up_to(letters: str, queue: dict[str, Any]) -> bool:
    policy = queue["Properties"].get("RedrivePolicy", {})
    return bool(policy.get("deadLetterTargetArn") == {"Fn::GetAtt": [letters, "Arn"]})


def test_no_stage_rings_the_alarms_of_another() -> None:
    """What functions count is in a namespace of the stage, and no alarm looks at a namespace of all stages."""
    stage = {"Fn::Sub": "Bedside/${Stage}"}
    assert SOURCE["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == stage
    alarms = {
        name: each["Properties"] for name, each in SOURCE["Resources"].items() if each["Type"].endswith("::Alarm")
    }
    assert [name for name, alarm in alarms.items() if alarm.get("Namespace") == "Bedside"] == []
    for name, alarm in alarms.items():
        # AWS's own metrics of the whole account are watched by the one stage that owns its settings.
        if str(alarm.get("Namespace")).startswith("AWS/") and not re.search("Ref|GetAtt", str(alarm.get("Dimensions"))):
            assert SOURCE["Resources"][name].get("Condition") == "OwnsAccount", name


def test_a_sweeper_that_does_not_run_rings_too(resources: dict[str, Any]) -> None:
    """Missing sweeps are as bad as failing ones; and a sweep that fails is not repeated into the next."""
    alarm = resources["SweeperAlarm"]["Properties"]
    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "SweepDone",
        "LessThanThreshold",
        1,
    )
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 1800
    assert FUNCTIONS["Sweep"]["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}
    assert FUNCTIONS["Sweep"]["Events"]["EveryFiveMinutes"]["Properties"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert FUNCTIONS["Sweep"]["Timeout"] < 300


def test_a_stage_turns_calls_away_only_as_its_parameters_say(resources: dict[str, Any]) -> None:
    """And an alarm tells of what the API's own limit turned away, apart from what a function refused."""
    limits = {
        json.dumps(each["Properties"]["DefaultRouteSettings"], sort_keys=True)
        for each in of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    }
    assert limits == {
        json.dumps(
            {"ThrottlingBurstLimit": {"Ref": f"{api}BurstLimit"}, "ThrottlingRateLimit": {"Ref": f"{api}RateLimit"}}
        )
        for api in ("Api", "Live")
    }
    throttled = resources["ApiThrottled"]["Properties"]
    assert throttled["FilterPattern"] == '{ $.status = "429" && $.integrationStatus = "-" }'
    [metric] = throttled["MetricTransformations"]
    alarm = resources["ApiThrottleAlarm"]["Properties"]
    assert (metric["MetricNamespace"], metric["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])


def test_hot_functions_can_have_concurrency_of_their_own(resources: dict[str, Any]) -> None:
    """None by default, because an account's last ten cannot be reserved; an alarm tells when Lambda lacks some."""
    assert SOURCE["Parameters"]["HotConcurrency"]["Default"] == 0
    hot = {name for name, function in FUNCTIONS.items() if "ReservedConcurrentExecutions" in function}
    assert {"TokenValidate", "PresignedUrl", "ImageNotify", "ImageList", "Visits", "Auth", "Otp"} <= hot
    for name in hot:
        reserved = resources[name]["Properties"]["ReservedConcurrentExecutions"]
        assert reserved == {"Fn::If": ["ReservesConcurrency", {"Ref": "HotConcurrency"}, {"Ref": "AWS::NoValue"}]}
    metrics = resources["FunctionThrottleAlarm"]["Properties"]["Metrics"]
    # CloudWatch allows ten in an alarm, the sum among them.
    assert len(metrics) <= 10
    watched = {
        each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for each in metrics if "MetricStat" in each
    }
    assert watched == hot


def test_tables_of_records_cannot_be_deleted_by_mistake(resources: dict[str, Any]) -> None:
    """Unless a parameter says so, for a stage that is to be removed with its data."""
    assert SOURCE["Parameters"]["DeletionProtection"]["Default"] == "true"
    for name, table in of_type(resources, "AWS::DynamoDB::Table").items():
        kept = "DeletionPolicy" in table
        protected = table["Properties"].get("DeletionProtectionEnabled")
        assert protected == ({"Fn::If": ["ProtectsTables", True, False]} if kept else None), name


def test_only_one_stage_decides_on_the_account() -> None:
    """Messages' spending, its alarms and their log are the account's; prod has them."""
    owned = {name for name, each in SOURCE["Resources"].items() if each.get("Condition") == "OwnsAccount"}
    assert owned == {"AccountThrottleAlarm", "SmsFailureAlarm", "SmsLogRole", "SmsSpendAlarm"}
    assert SOURCE["Parameters"]["AccountSettings"]["Default"] == "false"
    sections = (ROOT / "samconfig.toml").read_text().split("\n[")
    assert [part.split(".")[0] for part in sections if "AccountSettings=true" in part] == ["prod"]


def test_recordings_move_to_a_cheaper_class(resources: dict[str, Any]) -> None:
    """After a month, in which most are watched; and none expires before it may move."""
    [rule] = [
        rule
        for rule in resources["RecordingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        if "Transitions" in rule
    ]
    assert rule["Transitions"] == [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}]
    assert SOURCE["Parameters"]["RecordingRetentionDays"]["MinValue"] > 30


def test_no_link_promises_more_than_a_role_lives() -> None:
    """A session of a role can be as short as an hour."""
    for name in ("DownloadUrlLifeSeconds", "UploadUrlLifeSeconds"):
        assert SOURCE["Parameters"][name]["MaxValue"] <= 3600
