"""The front joins pages, API, sockets and storage under one origin."""

import base64
import hashlib
import http.client
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import httpx
import pytest
from botocore.config import Config
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from local.cloud import REGION
from local.front import forwarded_headers
from tests.local.places import Stack


def test_api_is_at_the_root(origin: str) -> None:
    """A path that is nobody else's goes to the HTTP API with method, query, headers and body."""
    event = httpx.put(f"http://{origin}/items/a?q=1%202&q=3", json={"x": 1}, headers={"X-Own": "yes"}).json()
    assert event["requestContext"]["http"]["method"] == "PUT"
    assert event["rawQueryString"] == "q=1%202&q=3"
    assert event["headers"]["x-own"] == "yes"
    assert event["headers"]["host"] == origin
    assert json.loads(event["body"]) == {"x": 1}


def test_path_escapes_are_kept(origin: str) -> None:
    """The path arrives as it was written: nothing is decoded, normalised or joined on the way."""
    connection = http.client.HTTPConnection(origin)
    connection.request("GET", "/one%252F/..%5c/%E2%82%AC?%2F")
    event = json.load(connection.getresponse())
    connection.close()
    assert event["rawPath"] == "/one%252F/..\\/€"
    assert event["rawQueryString"] == "%2F"


def test_headers_of_one_connection_stay_there(origin: str) -> None:
    """Hop-by-hop headers are dropped, the caller's address is added, and nothing else is invented."""
    event = httpx.get(
        f"http://{origin}/x", headers={"Connection": "x-secret", "X-Secret": "1", "X-Forwarded-For": "203.0.113.9"}
    ).json()
    assert "x-secret" not in event["headers"]
    assert event["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_default_headers_are_not_invented() -> None:
    """A bare request is forwarded with no header but the proxy's own two."""
    scope = {"type": "http", "scheme": "http", "headers": [(b"host", b"h")], "client": ("192.0.2.7", 1)}
    assert dict(forwarded_headers(scope)) == {
        b"host": b"h",
        b"x-forwarded-for": b"192.0.2.7",
        b"x-forwarded-proto": b"http",
    }


def test_outbox_gives_the_messages_to_a_number(origin: str, stack: Stack) -> None:
    """/outbox?phone= lists what was sent to one number, newest first, whether or not its plus sign is escaped."""
    for text in ("first", "second"):
        stack.aws("sns").publish(PhoneNumber="+6421000091", Message=text)
    stack.aws("sns").publish(PhoneNumber="+6421000092", Message="another's")
    answer = httpx.get(f"http://{origin}/outbox", params={"phone": "+6421000091"})
    assert [(each["phone"], each["text"]) for each in answer.json()] == [
        ("+6421000091", "second"),
        ("+6421000091", "first"),
    ]
    later, earlier = [datetime.fromisoformat(each["at"]) for each in answer.json()]
    assert earlier <= later <= datetime.now(UTC)
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.get(f"http://{origin}/outbox?phone=+6421000091").json() == answer.json()
    assert httpx.get(f"http://{origin}/outbox?phone=%2B6421000099", headers={"Accept": "text/html"}).json() == []


def test_outbox_lists_everything_to_a_script_and_a_page_to_a_browser(origin: str, stack: Stack) -> None:
    """Without a number scripts get all messages; a browser gets a page that renews itself and shows text as text."""
    text = "482916 is <b>your</b> code"
    stack.aws("sns").publish(PhoneNumber="+6421000093", Message=text)
    everything = httpx.get(f"http://{origin}/outbox").json()
    assert everything[0]["text"] == text
    assert [each["at"] for each in everything] == sorted((each["at"] for each in everything), reverse=True)
    page = httpx.get(f"http://{origin}/outbox", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert 'http-equiv="refresh"' in page.text
    assert "482916 is &lt;b&gt;your&lt;/b&gt; code" in page.text
    assert "+6421000093" in page.text


def test_outbox_is_the_fronts_alone(origin: str, stack: Stack) -> None:
    """It is only read, and no function has it; the demo's former way in is gone."""
    assert httpx.post(f"http://{origin}/outbox").status_code == 405
    with stack.http() as http:
        assert http.get(f"{stack.api()}/outbox").json()["routeKey"] == "$default"
    assert httpx.get(f"http://{origin}/demo/token").json()["routeKey"] == "$default"


def test_storage_is_under_its_bucket(origin: str, stack: Stack) -> None:
    """A URL presigned for this origin uploads exactly the signed bytes, once, and downloads them again."""
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{origin}",
        region_name=REGION,
        aws_access_key_id=stack.emulator.access_key,
        aws_secret_access_key=stack.emulator.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    body = os.urandom(3_000_000)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    place = {"Bucket": stack.outputs["CaptureBucketName"], "Key": "sessions/F 1/ü.jpg"}
    put = s3.generate_presigned_url(
        "put_object",
        {
            **place,
            "ContentType": "image/jpeg",
            "ContentLength": len(body),
            "ChecksumSHA256": digest,
            "IfNoneMatch": "*",
        },
        ExpiresIn=300,
    )
    headers = {"Content-Type": "image/jpeg", "x-amz-checksum-sha256": digest, "If-None-Match": "*"}
    assert httpx.put(put, content=body, headers={**headers, "Content-Type": "image/png"}).status_code == 403
    assert httpx.put(put, content=body[:-1] + b"?", headers=headers).status_code == 400
    assert httpx.put(put, content=body, headers=headers).status_code == 200
    assert httpx.put(put, content=body, headers=headers).status_code == 412
    get = s3.generate_presigned_url("get_object", place, ExpiresIn=300)
    answer = httpx.get(get)
    assert answer.content == body
    assert answer.headers["content-type"] == "image/jpeg"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert httpx.get(get.replace("F%201", "F%202")).status_code == 403


@pytest.mark.parametrize("port", ["front", "emulator"])
def test_other_services_are_out_of_reach(origin: str, stack: Stack, port: str) -> None:
    """What the bare emulator would answer with every secret, or run, at either port: 403 or 405."""
    place = origin if port == "front" else f"127.0.0.1:{stack.emulator.port}"
    bucket = f"http://{place}/{stack.outputs['CaptureBucketName']}/"
    named = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0"
    target = {"Authorization": named, "X-Amz-Target": "AmazonSSM.GetParametersByPath"}
    form = {"Action": "CreateStack", "Version": "2010-05-15", "StackName": "s", "TemplateBody": "{}"}
    with httpx.Client(trust_env=False) as http:
        answers = [
            http.post(bucket, headers=target, json={"Path": "/", "Recursive": True, "WithDecryption": True}),
            http.post(bucket, data=form),
            http.get(bucket, params=form),
            http.get(bucket, headers=target),
            http.get(bucket, params={"X-Amz-Credential": "test/20260101/us-east-1/s3/aws4_request", **form}),
            http.put(f"{bucket}key", content=b"x"),
            http.delete(f"{bucket}key"),
        ]
        assert {answer.status_code for answer in answers} <= {403, 405}
        for path in ("_ministack/sns/sms-messages", "_ministack/reset", ""):
            assert http.get(f"http://127.0.0.1:{stack.emulator.port}/{path}").status_code == 403


def test_link_serves_storage_and_nothing_else(origin: str, stack: Stack) -> None:
    """A function's link reads one object, whatever else is asked with it, and signs no other request."""
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{origin}",
        region_name=REGION,
        aws_access_key_id=stack.emulator.access_key,
        aws_secret_access_key=stack.emulator.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    place = {"Bucket": stack.outputs["CaptureBucketName"], "Key": "one"}
    stack.aws("s3").put_object(**place, Body=b"x")
    link = s3.generate_presigned_url("get_object", place)
    with httpx.Client(trust_env=False) as http:
        assert http.get(link, headers={"X-Amz-Target": "AmazonSSM.GetParametersByPath"}).content == b"x"
        assert http.get(f"{link}&Action=CreateStack").status_code == 403
        assert http.post(link, data={"Action": "CreateStack"}).status_code == 405
        preflight = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
        assert "access-control-allow-origin" not in http.options(link, headers=preflight).headers


def test_front_is_for_its_own_pages(origin: str) -> None:
    """A name that was rebound to this machine, and a form or a socket of another page, are refused everywhere."""
    for path in ("/", "/outbox", "/items/a", "/hms"):
        assert httpx.get(f"http://{origin}{path}", headers={"Host": "evil.example"}).status_code == 403
    form = {"Origin": "http://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.put(f"http://{origin}/items/a", headers=form).status_code == 403
    assert httpx.put(f"http://{origin}/items/a", headers={"Origin": f"http://{origin}"}).status_code == 200
    with pytest.raises(InvalidStatus) as refusal, connect(f"ws://{origin}/live?ticket=good", origin=Origin("null")):
        pass
    assert refusal.value.response.status_code == 403


def test_claims_of_another_account_change_nothing(origin: str) -> None:
    """A header or parameter that the emulator could take for credentials is the API's own business."""
    named = "AWS4-HMAC-SHA256 Credential=999999999999/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=a, Signature=b"
    for headers in ({"Authorization": named}, {"X-Amz-Target": "AmazonSSM.GetParametersByPath"}):
        answer = httpx.get(f"http://{origin}/items/a?X-Amz-Credential=999999999999/a/b/c/d", headers=headers)
        assert answer.json()["requestContext"]["accountId"] == "000000000000"


@pytest.mark.parametrize("size", [7_900, 8_100, 8_300, 20_000])
def test_long_address_is_answered_at_once(origin: str, size: int) -> None:
    """Of a page or a socket: it passes, or it is too long; nobody waits for either."""
    url = f"{origin}/live?ticket={'x' * size}"
    is_too_long = size > 8_000
    assert httpx.get(f"http://{url}", timeout=5).status_code == (414 if is_too_long else 200)
    try:
        with connect(f"ws://{url}", open_timeout=5):
            status = 101
    except InvalidStatus as refusal:
        status = refusal.response.status_code
    assert status == (414 if is_too_long else 101)


def test_long_headers_are_answered_at_once(origin: str) -> None:
    """One long header, or many, before a page or a socket."""
    for headers in ({"X-Long": "x" * 10_300}, {f"X-{number}": "x" for number in range(140)}):
        with (
            pytest.raises(InvalidStatus) as refusal,
            connect(f"ws://{origin}/live", additional_headers=headers, open_timeout=5),
        ):
            pass
        assert refusal.value.response.status_code == 431
    assert httpx.get(f"http://{origin}/", headers={"X-Long": "x" * 10_300}, timeout=5).status_code == 431


def test_socket_reaches_the_live_api(origin: str) -> None:
    """/live connects with its query, passes messages both ways, and is refused when the API refuses."""
    with connect(f"ws://{origin}/live?ticket=good") as live:
        live.send("fail")
        assert json.loads(live.recv(60))["message"] == "Internal server error"
    with pytest.raises(InvalidStatus) as refusal, connect(f"ws://{origin}/live?ticket=bad"):
        pass
    assert refusal.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as missing, connect(f"ws://{origin}/other"):
        pass
    assert missing.value.response.status_code == 404


def test_socket_may_be_slow_to_open(origin: str) -> None:
    """As behind API Gateway: a function that starts on a busy machine is waited for longer than 10 seconds."""
    with connect(f"ws://{origin}/live?ticket=slow", open_timeout=60) as live:
        live.send('{"action": "answer"}')
        assert live.recv(60) == "from a route"


def test_socket_closed_by_the_service_closes_here(origin: str, stack: Stack) -> None:
    """A connection that the API deletes ends for the browser too, without an error."""
    with connect(f"ws://{origin}/live") as live:
        live.send("fail")
        identifier = json.loads(live.recv(60))["connectionId"]
        endpoint = stack.live.replace("ws://", "http://")
        manage = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=stack.emulator.access_key,
            aws_secret_access_key=stack.emulator.secret_key,
        )
        manage.post_to_connection(ConnectionId=identifier, Data=b'{"type":"push"}')
        assert json.loads(live.recv(60)) == {"type": "push"}
        manage.delete_connection(ConnectionId=identifier)
        with pytest.raises(ConnectionClosedOK):
            live.recv(60)


def test_socket_frame_beyond_the_limit_is_refused(origin: str) -> None:
    """A frame of more than 32 KB ends the connection with 1009, as API Gateway does."""
    with connect(f"ws://{origin}/live") as live:
        live.send("x" * 33_000)
        with pytest.raises(ConnectionClosedError) as closed:
            live.recv(60)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def test_many_requests_at_once(origin: str) -> None:
    """Fifty requests at once are all answered."""
    limits = httpx.Limits(max_connections=50)
    with httpx.Client(timeout=30, limits=limits) as client, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: client.get(f"http://{origin}/n{number}"), range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50
