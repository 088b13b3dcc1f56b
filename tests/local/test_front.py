"""The front joins pages, API, sockets and storage under one origin."""

import base64
import hashlib
import http.client
import json
import os
from concurrent.futures import ThreadPoolExecutor

import boto3
import httpx
import pytest
from botocore.config import Config
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.sync.client import connect

from local.cloud import ACCESS_KEY, REGION, SECRET_KEY
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


def test_demo_token_is_served_here_only(origin: str, stack: Stack) -> None:
    """The demo clinician's token comes from the front, uncached, and never from a function."""
    answer = httpx.get(f"http://{origin}/demo/token")
    assert answer.json() == {"accessToken": "demo", "user": {"userId": "demo-clinician"}}
    assert answer.headers["cache-control"] == "no-store"
    assert httpx.post(f"http://{origin}/demo/token").status_code == 405
    assert "accessToken" not in httpx.get(f"{stack.api()}/demo/token").json()


def test_storage_is_under_its_bucket(origin: str, stack: Stack) -> None:
    """A URL presigned for this origin uploads exactly the signed bytes, once, and downloads them again."""
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{origin}",
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
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
    assert httpx.get(get.replace("F%201", "F%202")).status_code == 403


def test_socket_reaches_the_live_api(origin: str) -> None:
    """/live connects with its query, passes messages both ways, and is refused when the API refuses."""
    with connect(f"ws://{origin}/live?ticket=good") as live:
        live.send("fail")
        assert json.loads(live.recv(10))["message"] == "Internal server error"
    with pytest.raises(InvalidStatus) as refusal, connect(f"ws://{origin}/live?ticket=bad"):
        pass
    assert refusal.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as missing, connect(f"ws://{origin}/other"):
        pass
    assert missing.value.response.status_code == 404


def test_socket_closed_by_the_service_closes_here(origin: str, stack: Stack) -> None:
    """A connection that the API deletes ends for the browser too, without an error."""
    with connect(f"ws://{origin}/live") as live:
        live.send("fail")
        identifier = json.loads(live.recv(10))["connectionId"]
        endpoint = stack.live.replace("ws://", "http://")
        manage = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        manage.post_to_connection(ConnectionId=identifier, Data=b'{"type":"push"}')
        assert json.loads(live.recv(10)) == {"type": "push"}
        manage.delete_connection(ConnectionId=identifier)
        with pytest.raises(ConnectionClosedOK):
            live.recv(10)


def test_socket_frame_beyond_the_limit_is_refused(origin: str) -> None:
    """A frame of more than 32 KB ends the connection with 1009, as API Gateway does."""
    with connect(f"ws://{origin}/live") as live:
        live.send("x" * 33_000)
        with pytest.raises(ConnectionClosedError) as closed:
            live.recv(10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def test_many_requests_at_once(origin: str) -> None:
    """Fifty requests at once are all answered."""
    limits = httpx.Limits(max_connections=50)
    with httpx.Client(timeout=30, limits=limits) as client, ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: client.get(f"http://{origin}/n{number}"), range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50
