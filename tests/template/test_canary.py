"""New versions of the functions at the bedside: checked first, given calls bit by bit, and taken back."""

import json
import re
import tomllib
from typing import Any, Final

import pytest

from bedside import domains
from tests.functions.clinic import CHECKED
from tests.template.test_template import FUNCTIONS, ROOT, SOURCE, environment, of_type, resources, translated

__all__ = ["resources"]

CANARIED: Final = frozenset(name for name, function in FUNCTIONS.items() if "AutoPublishAlias" in function)
# CloudFormation's limit is 500 resources in a stack; less a few: see docs/adr/0025.
_MOST: Final = 495


def _folders(names: Any) -> set[str]:
    return {str(FUNCTIONS[name]["Handler"]).partition(".")[0] for name in names}


@pytest.fixture(scope="session")
def with_canary() -> dict[str, Any]:
    """The template as CloudFormation gets it for a stage with Canary."""
    return translated(Canary="true", CanaryType="Linear10PercentEvery1Minute")


def test_a_stack_has_room(with_canary: dict[str, Any]) -> None:
    """With everything that a parameter can add."""
    assert len(with_canary) <= _MOST


def test_without_it_nothing_waits(resources: dict[str, Any]) -> None:
    """By default, which is what the local cloud knows, no service but Lambda has to do with versions."""
    assert SOURCE["Parameters"]["Canary"]["Default"] == "false"
    assert [name for name, each in resources.items() if "CodeDeploy" in each["Type"]] == []
    assert len(of_type(resources, "AWS::Lambda::Alias")) == len(CANARIED)
    assert not any("UpdatePolicy" in each for each in resources.values())


def test_calls_go_to_the_alias(with_canary: dict[str, Any]) -> None:
    """Each route's integration and permission name it; a call to the function itself would pass the canary by."""
    routes = json.dumps(with_canary["HttpApi"]["Properties"]["Body"])
    permitted = [
        each["Properties"]["FunctionName"] for each in of_type(with_canary, "AWS::Lambda::Permission").values()
    ]
    for name in CANARIED:
        assert f"${{{name}Aliaslive}}" in routes, name
        assert f"${{{name}.Arn}}" not in routes, name
        assert {"Ref": f"{name}Aliaslive"} in permitted, name
        assert {"Ref": name} not in permitted, name


def test_every_version_is_checked_and_watched(with_canary: dict[str, Any]) -> None:
    """CodeDeploy moves each alias as the stage says, after the check, and back when an alarm is raised."""
    groups = of_type(with_canary, "AWS::CodeDeploy::DeploymentGroup")
    assert groups.keys() == {f"{name}DeploymentGroup" for name in CANARIED}
    for name in CANARIED:
        policy = with_canary[f"{name}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        hook = ["ChecksDeployments", {"Ref": "DeploymentCheck"}, {"Ref": "AWS::NoValue"}]
        assert policy["BeforeAllowTrafficHook"] == {"Fn::If": hook}
        assert policy["DeploymentGroupName"] == {"Ref": f"{name}DeploymentGroup"}
        group = groups[f"{name}DeploymentGroup"]["Properties"]
        assert "Linear10PercentEvery1Minute" in json.dumps(group["DeploymentConfigName"])
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        alarms = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
        assert alarms == ["ApiErrorAlarm", "ServerErrorAlarm", "VersionErrorAlarm"]
        assert all(with_canary[alarm]["Type"] == "AWS::CloudWatch::Alarm" for alarm in alarms)


def test_errors_of_every_canaried_function_ring() -> None:
    """A function that ends without an answer counts no metric of ours."""
    [alarm] = [alarm for alarm in domains.alarms()["operations"] if alarm.name == "VersionErrorAlarm"]
    assert {metric.of for metric in alarm.metrics.values()} == CANARIED


def test_the_check_calls_every_new_version(with_canary: dict[str, Any]) -> None:
    """And may call nothing else but what removes a photo and ends a session."""
    text = environment("DeploymentCheck")["BEDSIDE_CHECKED_VERSIONS"]["Fn::Sub"]
    versions = dict(pair.split("=") for pair in text.split())
    assert versions.keys() == set(CHECKED)
    places = {value: name for name, value in versions.items()}
    assert {place for place in places if place.endswith(".Version}")} == {f"${{{name}.Version}}" for name in CANARIED}
    assert all(_folders([place[2:].partition(".")[0]]) == {name} for place, name in places.items())
    [policy] = with_canary["DeploymentCheckRole"]["Properties"]["Policies"]
    [invoke] = [each for each in policy["PolicyDocument"]["Statement"] if "lambda" in each["Action"]]
    published = {name for name, each in with_canary.items() if each["Type"] == "AWS::Lambda::Version"}
    assert {target["Ref"] for target in invoke["Resource"] if "Ref" in target} == published
    others = [target["Fn::GetAtt"] for target in invoke["Resource"] if "Ref" not in target]
    assert others == [["ImageDelete", "Arn"], ["SessionEnd", "Arn"]]


def test_codedeploy_may_call_the_check() -> None:
    """AWS's policy for its role names functions that begin so; only stages with Canary have the function."""
    check = SOURCE["Resources"]["DeploymentCheck"]
    assert check["Properties"]["FunctionName"]["Fn::Sub"].startswith("CodeDeployHook_")
    assert check["Condition"] == "ChecksDeployments"
    assert "Events" not in check["Properties"]


def _version(layers: str = "layer", **parameters: str) -> str:
    """What the version of a function is called; another name is a new version."""
    [found] = of_type(translated(layers, "Otp", **parameters), "AWS::Lambda::Version")
    return found


def test_whatever_changes_makes_a_version() -> None:
    """Code of a layer, which nearly all of ours is, and a parameter, by the word that `make deploy` computes."""
    word = "0123456789abcdef"
    assert re.fullmatch(SOURCE["Parameters"]["Release"]["AllowedPattern"], word)
    # SAM does not see that; if it ever does, the word is not needed any more.
    assert _version() == _version(RedisDeadlineMs="301")
    assert len({_version(), _version("other-layer"), _version(Release=word), _version(Release=word[::-1])}) == 4


def test_stages_say_how_calls_move() -> None:
    """A tenth for five minutes where there are people; at once after the check where there are none; never locally."""
    stages = tomllib.loads((ROOT / "samconfig.toml").read_text())
    given = {
        stage: dict(pair.split("=") for pair in stages[stage]["deploy"]["parameters"]["parameter_overrides"].split())
        for stage in ("local", "staging", "prod")
    }
    assert {stage: (each.get("Canary"), each.get("CanaryType")) for stage, each in given.items()} == {
        "local": (None, None),
        "staging": ("true", "AllAtOnce"),
        "prod": ("true", None),
    }
    assert SOURCE["Parameters"]["CanaryType"]["Default"] == "Canary10Percent5Minutes"
