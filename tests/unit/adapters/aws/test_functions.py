"""Versions of functions that are called directly, and what CodeDeploy is told."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from bedside.adapters.aws.code_deploy import CodeDeploy
from bedside.adapters.aws.functions import LambdaFunctions
from bedside.adapters.uploads import upload
from bedside.kernel.errors import UnavailableError
from tests.conftest import REGION
from tests.fakes.serving import Handler, serving

_ARN = f"arn:aws:lambda:{REGION}:123456789012:function:bedside-Otp-1A2B"
_EVENT = {"routeKey": "POST /otp/verify"}


class Aws:
    """An AWS that keeps what it was asked, and answers the same to everything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Mapping[str, str], bytes]] = []
        self.status = 200
        self.body = b'{"statusCode":200}'
        self.headers: dict[str, str] = {}
        self.origin = ""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    aws = Aws()

    class Service(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name http.server calls
            headers = {name.lower(): value for name, value in self.headers.items()}
            aws.asked.append((self.command, self.path, headers, self.body()))
            self.answer(aws.status, aws.body)

        def end_headers(self) -> None:
            for name, value in aws.headers.items():
                self.send_header(name, value)
            super().end_headers()

        do_PUT = do_POST  # noqa: N815  # as above

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with serving(Service) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL", origin)
        aws.origin = origin
        yield aws


def invoke(arn: str) -> Mapping[str, Any]:
    return LambdaFunctions(REGION).invoke(arn, _EVENT, deadline_s=5)


@pytest.mark.parametrize(("arn", "query"), [(f"{_ARN}:12", "Qualifier=12"), (_ARN, "")])
def test_a_version_is_called(aws: Aws, arn: str, query: str) -> None:
    """The one that the ARN names, or the function itself."""
    assert invoke(arn) == {"statusCode": 200}
    [(_, path, _, body)] = aws.asked
    assert urlsplit(path).path == "/2015-03-31/functions/bedside-Otp-1A2B/invocations"
    assert urlsplit(path).query == query
    assert json.loads(body) == _EVENT


@pytest.mark.parametrize(
    ("status", "body", "headers", "cause"),
    [
        (200, b'{"errorMessage":"x"}', {"x-amz-function-error": "Unhandled"}, "FunctionError"),
        (200, b"<html>", {}, "NotJson"),
        (200, b"[]", {}, "NotJson"),
        (403, b"{}", {"x-amzn-errortype": "AccessDeniedException"}, "AccessDeniedException"),
    ],
)
def test_a_function_without_a_result_is_away(
    aws: Aws, status: int, body: bytes, headers: dict[str, str], cause: str
) -> None:
    """It failed, answered nonsense, or may not be called: the cause says which."""
    aws.status, aws.body, aws.headers = status, body, headers
    with pytest.raises(UnavailableError) as caught:
        invoke(_ARN)
    assert caught.value.cause == cause


@pytest.mark.parametrize(("succeeded", "status"), [(True, "Succeeded"), (False, "Failed")])
def test_the_outcome_is_told(aws: Aws, succeeded: bool, status: str) -> None:  # noqa: FBT001  # parametrised
    """In CodeDeploy's own words."""
    CodeDeploy(REGION).report("d-1", "hook-1", succeeded=succeeded)
    [(_, _, headers, body)] = aws.asked
    assert headers["x-amz-target"] == "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus"
    told = {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook-1", "status": status}
    assert json.loads(body) == told


def test_an_outcome_is_told_once(aws: Aws) -> None:
    """If an answer was lost, the next attempt finds it told; any other refusal is an error."""
    aws.status, aws.body = 400, b'{"__type":"LifecycleEventAlreadyCompletedException"}'
    CodeDeploy(REGION).report("d-1", "hook-1", succeeded=True)
    aws.body = b'{"__type":"DeploymentDoesNotExistException"}'
    with pytest.raises(UnavailableError):
        CodeDeploy(REGION).report("d-1", "hook-1", succeeded=True)


def test_a_photo_is_uploaded(aws: Aws) -> None:
    """With the headers of the grant, to the link's own host; what the store answers is for the caller to judge."""
    aws.status = 412
    url = f"{aws.origin}/sessions/a%20b.webp?X-Amz-Signature=1"
    assert upload(url, {"content-type": "image/webp", "if-none-match": "*"}, b"photo", deadline_s=5) == 412
    [(method, path, headers, body)] = aws.asked
    assert (method, path, body) == ("PUT", "/sessions/a%20b.webp?X-Amz-Signature=1", b"photo")
    assert (headers["content-type"], headers["if-none-match"]) == ("image/webp", "*")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/photo", "no link"])
def test_a_store_that_is_away_is_unavailable(url: str) -> None:
    """And so is a link that is none."""
    with pytest.raises(UnavailableError):
        upload(url, {}, b"photo", deadline_s=1)
