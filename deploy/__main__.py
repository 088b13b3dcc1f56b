"""`python -m deploy STAGE`: make sure of the stage's secrets, build, deploy, and settle assets and the account."""

import getpass
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import assets, release, secrets, sms, stack, throughput

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ssm import SSMClient


def main(stage: str) -> int:
    """Deploy one stage of samconfig.toml with the AWS credentials of the environment; return the exit code."""
    ssm = boto3.client("ssm")
    absent = secrets.missing(ssm, stage)
    if absent:
        try:
            made = {name: secrets.continued(ssm, stage, name) or secrets.make(name, getpass.getpass) for name in absent}
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        secrets.store(ssm, stage, made)
    environment = {"ARCHITECTURE": "arm64", **os.environ}
    try:
        overrides = release.parameters(release.CONFIG, stage, os.environ.get("OVERRIDES", ""))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if code := _run(["sam", "build"], environment):
        return code
    overrides = f"{overrides} Release={release.digest(release.BUILT, overrides)}"
    if code := _run(["sam", "deploy", "--config-env", stage, "--parameter-overrides", overrides], environment):
        return code
    cloudformation = boto3.client("cloudformation")
    try:
        if bucket := stack.find_output(cloudformation, stage, "CdnAssetsName"):
            sys.stdout.write(
                f"{assets.store(boto3.client('s3'), bucket, assets.BUILT)} scripts and styles are in {bucket}\n"
            )
    except (stack.NotDeployedError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return _settle_account(cloudformation, ssm, stage)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  # fixed words, and the caller's own


def _settle_account(cloudformation: "CloudFormationClient", ssm: "SSMClient", stage: str) -> int:
    """Apply what holds for the whole account, if this stage decides on it; returns the exit code."""
    try:
        if stack.parameter(cloudformation, stage, "AccountSettings") != "true":
            sys.stdout.write("The account's own settings are left to the stage with AccountSettings=true.\n")
            return 0
        limit = stack.parameter(cloudformation, stage, "SmsMonthlySpendUsd")
        log_role = stack.output(cloudformation, stage, "SmsLogRoleArn")
    except (stack.NotDeployedError, ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    code = 0
    for well, line in (sms.configure(boto3.client("sns"), limit, log_role), throughput.raise_limit(ssm)):
        (sys.stdout if well else sys.stderr).write(f"{line}\n")
        code = code if well else 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "staging"))
