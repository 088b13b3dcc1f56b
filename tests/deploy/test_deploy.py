"""The whole of `make deploy`, with a `sam` that only notes what it was asked."""

import base64
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from deploy import assets, secrets
from deploy.__main__ import main
from tests.conftest import BUCKET, client
from tests.deploy.clouds import Stacks, TextMessages
from web.site import CONTENT_TYPES

PARAMETERS = {"SmsMonthlySpendUsd": "50", "AccountSettings": "true"}
SETTINGS: dict[str, str] = {}
OUTPUTS = {"SmsLogRoleArn": "arn:aws:iam::123456789012:role/logs"}


def _deploy(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    stacks: Mapping[str, Mapping[str, str]],
    account: TextMessages,
    sam_code: int = 0,
    outputs: Mapping[str, str] = {},
) -> int:
    """Deploy to `staging`; gives the exit code."""
    sam = folder / "sam"
    sam.write_text(f'#!/bin/sh\necho "$@" >> {folder / "asked"}\nexit {sam_code}\n')
    sam.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    ssm: Any = boto3.client("ssm")
    SETTINGS.clear()
    # Moto has no settings of services.
    monkeypatch.setattr(
        ssm, "update_service_setting", lambda **told: SETTINGS.update({told["SettingId"]: told["SettingValue"]})
    )
    secrets.store(ssm, "staging", dict.fromkeys(secrets.missing(ssm, "staging"), "there"))
    clients = {"ssm": ssm, "cloudformation": Stacks(stacks, {**OUTPUTS, **outputs}), "sns": account, "s3": client("s3")}
    monkeypatch.setattr(boto3, "client", clients.__getitem__)
    return main("staging")


@pytest.mark.usefixtures("aws")
def test_texts_are_settled_after_the_stack(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After build and deploy the account sends texts as the stack's parameters say, and a line tells of it."""
    account = TextMessages(quota=100)
    assert _deploy(monkeypatch, tmp_path, {"bedside-staging": PARAMETERS}, account) == 0
    asked = (tmp_path / "asked").read_text()
    assert re.fullmatch(
        "build\ndeploy --config-env staging --parameter-overrides Stage=staging Canary=true .*Release=[0-9a-f]{16}\n",
        asked,
    ), asked
    assert account.attributes["MonthlySpendLimit"] == "50"
    assert account.attributes["DeliveryStatusIAMRole"] == OUTPUTS["SmsLogRoleArn"]
    told = capsys.readouterr().out
    assert "50 USD a month" in told
    assert "higher throughput" in told
    setting = "/ssm/parameter-store/high-throughput-enabled"
    assert {setting: "true"} == SETTINGS


@pytest.mark.usefixtures("aws")
def test_staging_leaves_the_account_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What all stages share is set by the stage that owns it, and not by whichever was deployed last."""
    account = TextMessages(quota=100)
    stacks = {"bedside-staging": PARAMETERS | {"AccountSettings": "false"}}
    assert _deploy(monkeypatch, tmp_path, stacks, account) == 0
    assert (account.attributes, SETTINGS) == ({}, {})
    assert "AccountSettings=true" in capsys.readouterr().out


@pytest.mark.usefixtures("aws")
def test_assets_are_stored_for_cloudfront(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With CloudFront its bucket gets what was built, under the names and headers that the function gives."""
    built = tmp_path / "built"
    built.mkdir()
    for name in ("capture-1A2B3C4D.js", "capture-1A2B3C4D.js.br", "capture-1A2B3C4D.js.gz", "capture-1A2B3C4D.js.map"):
        (built / name).write_text(name)
    monkeypatch.setattr(assets, "BUILT", built)
    stacks, account = {"bedside-staging": PARAMETERS}, TextMessages(quota=100)
    assert _deploy(monkeypatch, tmp_path, stacks, account, outputs={"CdnAssetsName": BUCKET}) == 0
    assert "2 scripts and styles" in capsys.readouterr().out
    s3 = client("s3")
    stored = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert stored == ["assets/capture-1A2B3C4D.js", "assets/capture-1A2B3C4D.js.map"]
    script = s3.get_object(Bucket=BUCKET, Key=stored[0])
    assert script["Body"].read() == b"capture-1A2B3C4D.js"
    assert script["ContentType"] == "text/javascript; charset=utf-8"
    assert script["CacheControl"] == "public, max-age=31536000, immutable"


def test_types_are_those_of_the_function() -> None:
    """A browser cannot tell who served it."""
    assert assets.CONTENT_TYPES.items() <= CONTENT_TYPES.items()


@pytest.mark.usefixtures("aws")
def test_new_secrets_are_there_before_functions_ask_for_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stage of an earlier version, without seal keys, gets them before anything is built or deployed."""
    ssm: Any = boto3.client("ssm")
    signing = json.dumps({"1": base64.b64encode(b"k" * 32).decode()})
    secrets.store(ssm, "staging", {"signing-keys": signing, "redis-url": "u", "redis-token": "t", "pseudonym-key": "p"})
    sam = tmp_path / "sam"
    sam.write_text("#!/bin/sh\nexit 3\n")
    sam.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(boto3, "client", {"ssm": ssm}.__getitem__)
    assert main("staging") == 3
    assert secrets.missing(ssm, "staging") == []
    stored = ssm.get_parameter(Name="/bedside/staging/seal-keys", WithDecryption=True)["Parameter"]["Value"]
    assert stored == secrets.derived_seal_keys(ssm, "staging")


@pytest.mark.usefixtures("aws")
def test_quota_does_not_fail_a_deployment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new account's quota is lower than the limit that is asked for: the deployment is good all the same."""
    assert _deploy(monkeypatch, tmp_path, {"bedside-staging": PARAMETERS}, TextMessages(quota=1)) == 0
    assert "AWS Support" in capsys.readouterr().out


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("stacks", "allowed", "told"),
    [({}, True, "no stack bedside-staging"), ({"bedside-staging": PARAMETERS}, False, "not authorized")],
)
def test_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    stacks: Mapping[str, Mapping[str, str]],
    allowed: bool,  # noqa: FBT001 (a case)
    told: str,
) -> None:
    """A stack that was not made after all, or a limit that nobody may set, ends it with code 1 and a line."""
    assert _deploy(monkeypatch, tmp_path, stacks, TextMessages(quota=100, allowed=allowed)) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("aws")
def test_failed_build_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What sam answers is what the command answers; nothing else is touched."""
    account = TextMessages(quota=100)
    assert _deploy(monkeypatch, tmp_path, {"bedside-staging": PARAMETERS}, account, sam_code=3) == 3
    assert (tmp_path / "asked").read_text() == "build\n"
    assert account.attributes == {}
