"""One contract test for each patch of the emulator; they must all pass before its version is raised."""

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from websockets.exceptions import InvalidStatus

from local.deployment import STACK
from local.patches.api_id import api_id
from tests.local.places import Stack
from tests.waiting import until


@pytest.fixture(scope="module")
def http(stack: Stack) -> Iterator[httpx.Client]:
    """Ask the emulator as the front does."""
    with stack.http() as client:
        yield client


def test_body_of_http_api_becomes_routes(stack: Stack, http: httpx.Client) -> None:
    """Every path of SAM's OpenAPI body reaches its function with its parameters, and the rest the default route."""
    item = http.put(f"{stack.api()}/items/one", json={"a": 1}).json()
    assert item["routeKey"] == "PUT /items/{name}"
    assert item["pathParameters"] == {"name": "one"}
    assert json.loads(item["body"]) == {"a": 1}
    assert http.get(f"{stack.api()}/elsewhere").json()["routeKey"] == "$default"


def test_body_of_http_api_becomes_authorizers(stack: Stack, http: httpx.Client) -> None:
    """A route with a Lambda authorizer refuses what the authorizer refuses."""
    guarded = f"{stack.api()}/guarded"
    assert http.get(guarded).status_code == 401
    assert http.get(guarded, headers={"Authorization": "Bearer shut"}).status_code == 403
    assert http.get(guarded, headers={"Authorization": "Bearer open"}).status_code == 200


def test_api_ids_are_known_before_the_deployment(stack: Stack) -> None:
    """The ids of both kinds of API follow from the names of stack and resource."""
    assert stack.outputs["HttpApiId"] == api_id(STACK, "HttpApi")
    assert stack.outputs["LiveApiId"] == api_id(STACK, "LiveApi")


def test_cors_configuration_is_honoured(stack: Stack, http: httpx.Client) -> None:
    """A preflight from the configured origin is allowed and one from elsewhere is not."""
    preflight = {"Access-Control-Request-Method": "GET"}
    url = f"{stack.api('LimitedApiId')}/limited"
    allowed = http.options(url, headers={"Origin": "https://pages.example", **preflight})
    assert allowed.headers["access-control-allow-origin"] == "https://pages.example"
    assert allowed.headers["access-control-allow-headers"] == "x-one"
    refused = http.options(url, headers={"Origin": "https://other.example", **preflight})
    assert "access-control-allow-origin" not in refused.headers


def test_table_has_what_its_template_says(stack: Stack) -> None:
    """Time to live, point-in-time recovery and encryption of a table are not dropped."""
    dynamodb, name = stack.aws("dynamodb"), stack.outputs["CaptureTableName"]
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert dynamodb.describe_table(TableName=name)["Table"]["SSEDescription"]["Status"] == "ENABLED"


def test_bucket_has_what_its_template_says(stack: Stack) -> None:
    """Lifecycle rules, encryption and ownership of a bucket are not dropped."""
    s3, name = stack.aws("s3"), stack.outputs["CaptureBucketName"]
    sessions, uploads, tagged, both = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert (sessions["Filter"]["Prefix"], sessions["Expiration"]) == ("sessions/", {"Days": 1})
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert (tagged["Filter"], tagged["Expiration"]) == ({"Tag": {"Key": "retention", "Value": "long"}}, {"Days": 9})
    several = both["Filter"]["And"]
    assert (several["Prefix"], several["Tags"]) == ("a/", [{"Key": "retention", "Value": "b"}])
    [encryption] = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    [ownership] = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}


def test_failing_function_tells_the_caller_nothing(stack: Stack, http: httpx.Client) -> None:
    """An exception in a function answers 500 without its text."""
    answer = http.post(f"{stack.api()}/fail")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_stage_throttle_answers_429(stack: Stack, http: httpx.Client) -> None:
    """A stage with a burst of 3 refuses part of 8 requests at once, and serves again a second later."""
    time.sleep(3)  # real time: the emulator gives back one request a second
    address = f"{stack.api('LimitedApiId')}/limited"
    with ThreadPoolExecutor(8) as pool:
        answers = [answer.status_code for answer in pool.map(lambda _: http.get(address), range(8))]
    assert answers.count(200) >= 3
    assert set(answers) == {200, 429}
    until(lambda: http.get(address).status_code == 200, "the stage refuses for ever")


def test_source_address_is_the_callers(stack: Stack, http: httpx.Client) -> None:
    """The address that the nearest proxy appended is the one a function sees."""
    event = http.get(f"{stack.api()}/who", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}).json()
    assert event["requestContext"]["http"]["sourceIp"] == "198.51.100.7"


def test_function_sees_only_what_lambda_shows(stack: Stack, http: httpx.Client) -> None:
    """A function can import nothing that stands beside the emulator, and has its role's credentials, not ours."""
    seen = http.get(f"{stack.api()}/seen").json()
    assert seen["modules"] == []
    environment = seen["environment"]
    assert environment["GREETING"] == "hello"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"AUTH", "GATEWAY_PORT", "BIND_HOST", "HOME", "DOCKER_HOST"} & set(environment)


def test_credentials_of_a_function_are_secret(stack: Stack, http: httpx.Client) -> None:
    """They serve the function, and cannot be computed from its name and its role's, as those of the bare emulator."""
    held = http.get(f"{stack.api()}/seen").json()["environment"]
    [function] = [
        each
        for each in stack.aws("lambda").list_functions()["Functions"]
        if each["FunctionName"] == held["AWS_LAMBDA_FUNCTION_NAME"]
    ]
    digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
    guesses = [f"ASIA{digest[:16].upper()}", *(_sha256(f"{kind}:{digest}") for kind in ("secret", "token"))]
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    assert not {held[name] for name in names} & set(guesses)
    for credentials, status in (([held[name] for name in names], 200), (guesses, 403)):
        sts = boto3.client(
            "sts",
            endpoint_url=stack.emulator.endpoint,
            region_name="us-east-1",
            aws_access_key_id=credentials[0],
            aws_secret_access_key=credentials[1],
            aws_session_token=credentials[2],
        )
        try:
            answer: Any = sts.get_caller_identity()
        except ClientError as error:
            answer = error.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def test_layer_is_unpacked_once(stack: Stack, http: httpx.Client) -> None:
    """Each environment of a function imports from its layers, and two of them from the same folder."""
    function = stack.aws("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId="AppFunction")
    name = function["StackResourceDetail"]["PhysicalResourceId"]
    first = http.get(f"{stack.api()}/seen").json()
    stack.aws("lambda").update_function_configuration(FunctionName=name, Timeout=29)
    second = http.get(f"{stack.api()}/seen").json()
    assert first["process"] != second["process"]
    assert first["layer"].endswith("/python/words.py")
    assert second["layer"] == first["layer"]


def test_cold_start_imports_no_sdk(http: httpx.Client, stack: Stack) -> None:
    """A process that has answered has loaded what its function imports: nothing of the SDK that stands in its layer."""
    loaded = http.get(f"{stack.api()}/seen").json()["loaded"]
    assert "app" in loaded
    assert [name for name in loaded if name.startswith("botocore")] == []


def test_quiet_function_answers_at_once(stack: Stack) -> None:
    """A warm function that logs nothing is faster than the 50 ms that the emulator would wait for a log line."""

    def seconds(http: httpx.Client) -> float:
        started = time.monotonic()
        http.get(f"{stack.api()}/health")
        return time.monotonic() - started

    with stack.http() as http:
        # A busy machine may be slow for a while, but never makes anything faster.
        assert any(seconds(http) < 0.045 for _ in range(400))


def test_socket_function_logs(stack: Stack) -> None:
    """What a function prints on a WebSocket event is in its log group."""
    with stack.connected("good") as live:
        live.send("for the log")
        wanted = "live saw MESSAGE for the log"
        until(lambda: wanted in _log(stack, "LiveFunctionName"), lambda: _log(stack, "LiveFunctionName"))


def test_socket_function_sends_no_body_to_the_client(stack: Stack) -> None:
    """Without a route response the body of a route's answer stays inside; a failure is told without its text."""
    with stack.connected("good") as live:
        live.send("hello")
        live.send("fail")
        first = json.loads(live.recv(60))
    assert first["message"] == "Internal server error"
    assert first["connectionId"]


def test_socket_route_with_a_response_answers_the_client(stack: Stack) -> None:
    """A route that has a route response sends its function's body."""
    with stack.connected("good") as live:
        live.send('{"action": "answer"}')
        assert live.recv(60) == "from a route"


def test_socket_connections_do_not_wait_for_each_other(stack: Stack) -> None:
    """A function that is busy with one connection still answers another."""
    with (
        stack.connected("good") as slow,
        stack.connected("good") as quick,
    ):
        quick.send("fail")
        quick.recv(60)
        slow.send("slow")
        time.sleep(0.1)  # real time: nothing tells that a function has begun
        quick.send("fail")
        quick.recv(60)
        with pytest.raises(TimeoutError):
            slow.recv(0)
        assert slow.recv(60)


def test_socket_connection_can_be_refused(stack: Stack) -> None:
    """A $connect that answers 403 fails the handshake."""
    with (
        pytest.raises(InvalidStatus) as refusal,
        stack.connected("bad"),
    ):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(("last", "allowed"), [("two", True), ("three", False)])
def test_reading_parameters_is_judged_by_their_names(stack: Stack, last: str, allowed: bool) -> None:  # noqa: FBT001 (a case)
    """A role that may read some parameters reads those, and gets nothing if it asks for one more beside them."""
    resources = [f"arn:aws:ssm:us-east-1:000000000000:parameter/fixture/{name}" for name in ("one", "two")]
    reader = _as_role(stack, f"reader-{allowed}", "ssm", "ssm:GetParameters", resources)
    names = ["/fixture/one", f"/fixture/{last}"]
    for name in names:
        stack.aws("ssm").put_parameter(Name=name, Value="1", Type="SecureString", Overwrite=True)
    if allowed:
        found = reader.get_parameters(Names=names, WithDecryption=True)["Parameters"]
        assert [each["Value"] for each in found] == ["1", "1"]
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            reader.get_parameters(Names=names, WithDecryption=True)


def test_schedules_are_judged_by_their_group(stack: Stack) -> None:
    """A role that may keep schedules of one group keeps those, and none of another group."""
    resource = "arn:aws:scheduler:us-east-1:000000000000:schedule/bedside-fixture/*"
    keeper = _as_role(stack, "keeper", "scheduler", "scheduler:*", resource)
    _schedule(stack, keeper, "kept", at=datetime.now(UTC) + timedelta(hours=1))
    keeper.delete_schedule(Name="kept", GroupName="bedside-fixture")
    with pytest.raises(ClientError, match="AccessDenied"):
        _schedule(stack, keeper, "kept", "default", at=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(ClientError, match="AccessDenied"):
        keeper.delete_schedule(Name="kept", GroupName="default")


def test_schedules_fire_soon_after_they_are_due(stack: Stack) -> None:
    """A one-shot schedule fires seconds after its time, once, and is gone then."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    _schedule(stack, stack.aws("scheduler"), "soon", at=due)

    def fired() -> list[str]:
        return re.findall(r"timer soon (\d+)", _log(stack, "TimerFunctionName"))

    until(fired, "it has not fired")
    # The start of the function's process is included; the emulator by itself looks every ten seconds.
    assert [0 <= int(at) / 1000 - due.timestamp() < 6 for at in fired()] == [True]
    assert stack.aws("scheduler").list_schedules(GroupName="bedside-fixture")["Schedules"] == []


def test_alarm_on_several_metrics_is_made(stack: Stack) -> None:
    """It stands for the first of them, which is better than a stack that cannot be deployed."""
    alarms = stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
    [alarm] = [each for each in alarms if "ManyAlarm" in each["AlarmName"]]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Period"]) == ("AWS/Lambda", "Throttles", 300)


def test_plain_http_counts_as_tls_here(stack: Stack) -> None:
    """A bucket that refuses whatever is not TLS serves signed requests on this machine's own http."""
    place = {"Bucket": stack.outputs["CaptureBucketName"], "Key": "tls"}
    stack.aws("s3").put_object(**place, Body=b"x")
    s3 = _as_role(stack, "getter", "s3", "s3:GetObject", f"arn:aws:s3:::{place['Bucket']}/*")
    assert httpx.get(s3.generate_presigned_url("get_object", place, ExpiresIn=60)).content == b"x"


def test_message_to_a_phone_has_its_time(stack: Stack) -> None:
    """An SMS can be read back with its text and the time at which it was sent; its text is in no log."""
    before = datetime.now(UTC)
    sent = "402911 is a code"
    stack.aws("sns").publish(PhoneNumber="+6421000001", Message=sent)
    [message] = _messages(stack, "+6421000001")
    assert message["Message"] == sent
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(message["At"]) <= datetime.now(UTC)
    log = (stack.state / "cloud.log").read_text()
    assert "402911" not in log
    assert "+6421000001" not in log


def test_messages_to_phones_are_bounded(stack: Stack, http: httpx.Client) -> None:
    """Of all messages to all numbers the newest 1,000 are kept."""
    sns = stack.aws("sns")
    sns.publish(PhoneNumber="+6421000002", Message="the oldest")
    with ThreadPoolExecutor(8) as pool:
        numbers = [f"+642100001{index % 10}" for index in range(1000)]
        list(pool.map(lambda number: sns.publish(PhoneNumber=number, Message="later"), numbers))
    assert _messages(stack, "+6421000002") == []
    kept = http.get(f"{stack.emulator.endpoint}/_ministack/sns/sms-messages").json()["sms_messages"]
    assert sum(len(messages) for messages in kept.values()) == 1000


def test_message_to_no_phone_is_refused(stack: Stack) -> None:
    """What is no number in E.164 is refused as SNS refuses it."""
    with pytest.raises(ClientError, match="not valid to publish to") as refusal:
        stack.aws("sns").publish(PhoneNumber="021 555", Message="x")
    assert refusal.value.response["Error"]["Code"] == "InvalidParameter"


def test_mail_is_kept_with_its_headers_and_comes_back(stack: Stack, http: httpx.Client) -> None:
    """A mail to the simulator's address for bounces makes the event that SES sends; no log has an address."""
    ses, events, sqs = stack.aws("sesv2"), stack.aws("events"), stack.aws("sqs")
    ses.create_email_identity(EmailIdentity="mail.example")
    ses.create_configuration_set(ConfigurationSetName="told")
    bus = {"EventBusArn": "arn:aws:events:us-east-1:000000000000:event-bus/default"}
    told = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "EventBridgeDestination": bus}
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="told", EventDestinationName="told", EventDestination=told
    )
    queue = sqs.create_queue(QueueName="bounces")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.ses"], "detail": {"mail": {"tags": {"ses:configuration-set": ["told"]}}}}
    events.put_rule(Name="bounces", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="bounces", Targets=[{"Id": "queue", "Arn": arn}])
    address = "bounce+here@simulator.amazonses.com"
    _send_mail(ses, address, ConfigurationSetName="told")
    _send_mail(ses, "complaint@simulator.amazonses.com", ConfigurationSetName="told")
    kept = http.get(f"{stack.emulator.endpoint}/_ministack/ses/messages").json()["messages"]
    assert [mail["To"] for mail in kept[-2:]] == [[address], ["complaint@simulator.amazonses.com"]]
    assert (kept[-2]["Headers"], kept[-2]["Text"]) == ({"X-One": "1"}, "text")
    [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Email Bounced"
    assert event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] == address
    assert event["detail"]["mail"]["tags"] == {"ses:configuration-set": ["told"], "message": ["m-1"]}
    assert "simulator.amazonses.com" not in (stack.state / "cloud.log").read_text()


def test_mail_needs_the_right_of_its_identity(stack: Stack) -> None:
    """And of its configuration set, as at AWS."""
    stack.aws("sesv2").create_email_identity(EmailIdentity="right.example")
    identity = "arn:aws:ses:us-east-1:000000000000:identity/right.example"
    allowed = _as_role(stack, "mail-sender", "sesv2", "ses:SendEmail", identity)
    _send_mail(allowed, "ana@clinic.example", sender="a@right.example")
    for change in ({"ConfigurationSetName": "another"}, {"sender": "a@wrong.example"}):
        with pytest.raises(ClientError, match="not authorized"):
            _send_mail(allowed, "ana@clinic.example", **{"sender": "a@right.example", **change})


def _send_mail(ses: Any, to: str, sender: str = "a@mail.example", **more: str) -> None:
    part = {"Data": "text"}
    simple = {"Subject": part, "Body": {"Text": part}, "Headers": [{"Name": "X-One", "Value": "1"}]}
    ses.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        Content={"Simple": simple},
        EmailTags=[{"Name": "message", "Value": "m-1"}],
        **more,
    )


def test_objects_are_private(stack: Stack, http: httpx.Client) -> None:
    """An unsigned request for an object is refused: the emulator enforces permissions."""
    bucket = stack.outputs["CaptureBucketName"]
    stack.aws("s3").put_object(Bucket=bucket, Key="secret", Body=b"x")
    assert http.get(f"{stack.emulator.endpoint}/{bucket}/secret").status_code == 403


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _messages(stack: Stack, number: str) -> list[dict[str, Any]]:
    address = f"{stack.emulator.endpoint}/_ministack/sns/sms-messages"
    with stack.http() as http:
        kept: dict[str, list[dict[str, Any]]] = http.get(address, params={"phoneNumber": number}).json()["sms_messages"]
    return kept[number]


def _log(stack: Stack, output: str) -> str:
    logs, group = stack.aws("logs"), f"/aws/lambda/{stack.outputs[output]}"
    with contextlib.suppress(logs.exceptions.ResourceNotFoundException):
        return "".join(event["message"] for event in logs.filter_log_events(logGroupName=group)["events"])
    return ""


def _schedule(stack: Stack, scheduler: Any, name: str, group: str = "bedside-fixture", *, at: datetime) -> None:
    """Have the fixture's timer fire once."""
    scheduler.create_schedule(
        Name=name,
        GroupName=group,
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": stack.outputs["TimerFunctionArn"],
            "RoleArn": stack.outputs["ScheduleRoleArn"],
            "Input": json.dumps({"name": name}),
        },
    )


def _as_role(stack: Stack, name: str, service: str, action: str, resource: str | list[str]) -> Any:
    """Make a client with the rights of a new role that may do one thing."""
    iam = stack.aws("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]
    may = json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})
    iam.put_role_policy(RoleName=name, PolicyName="one", PolicyDocument=may)
    lent = stack.aws("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
    make: Any = boto3.client  # its stubs know services by literal name only
    return make(
        service,
        endpoint_url=stack.emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id=lent["AccessKeyId"],
        aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
        config=Config(signature_version="v4" if service != "s3" else "s3v4"),
    )
