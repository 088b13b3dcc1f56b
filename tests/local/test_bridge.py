"""The bridge answers as Upstash's REST API is documented to."""

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.local.places import BRIDGE_TOKEN, Store

SCRIPT = "#!lua flags=allow-key-locking\nreturn {redis.call('INCR', KEYS[1]), ARGV[1]}"


@pytest.fixture
def rest(store: Store) -> Iterator[httpx.Client]:
    with store.client() as client:
        yield client


def test_command_is_a_json_array(rest: httpx.Client) -> None:
    """A command in the body answers 200 with its result; numbers are sent as text and read as numbers."""
    assert rest.post("/", json=["SET", "a", 7]).json() == {"result": "OK"}
    assert rest.post("/", json=["INCR", "a"]).json() == {"result": 8}
    assert rest.post("/", json=["GET", "a"]).json() == {"result": "8"}
    assert rest.post("/", json=["GET", "none"]).json() == {"result": None}
    assert rest.post("/", json=["SET", "float", 1.5]).json() == {"result": "OK"}
    assert rest.post("/", json=["GET", "float"]).json() == {"result": "1.5"}


def test_nested_replies_keep_their_shape(rest: httpx.Client) -> None:
    """Arrays within arrays arrive as such."""
    rest.post("/", json=["XADD", "s", "1-1", "field", "value"])
    assert rest.post("/", json=["XRANGE", "s", "-", "+"]).json() == {"result": [["1-1", ["field", "value"]]]}


def test_error_is_the_servers_own_text(rest: httpx.Client) -> None:
    """A failing command answers 400 with the server's words."""
    rest.post("/", json=["SET", "a", "text"])
    answer = rest.post("/", json=["INCR", "a"])
    assert answer.status_code == 400
    assert answer.json() == {"error": "ERR value is not an integer or out of range"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"GET"', b'["GET", null]', b'["GET", "\\ud800"]', b"[" * 100_000], ids=range(7)
)
def test_malformed_command_is_refused(rest: httpx.Client, body: bytes) -> None:
    """What is no command answers 400 with an error, and the bridge lives on."""
    answer = rest.post("/", content=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert rest.post("/", json=["PING"]).json() == {"result": "PONG"}


@pytest.mark.parametrize("command", ["SUBSCRIBE", "blpop", "MULTI", "WATCH", "SHUTDOWN"])
def test_commands_that_need_a_connection_are_refused(rest: httpx.Client, command: str) -> None:
    """A command that would wait for, change or end a connection of its own answers 400."""
    assert rest.post("/", json=[command, "a", "0"]).status_code == 400


def test_wrong_token_is_refused(store: Store) -> None:
    """Without the right bearer token nothing runs; the token may also come in the query string."""
    with httpx.Client(base_url=store.url) as anonymous:
        assert anonymous.post("/", json=["PING"]).status_code == 401
        refused = anonymous.post("/", json=["PING"], headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert "error" in refused.json()
        assert anonymous.get("/ping", params={"_token": BRIDGE_TOKEN}).json() == {"result": "PONG"}


def test_command_may_be_the_path(rest: httpx.Client) -> None:
    """Path segments are arguments; a POST body is one more, the query string the rest."""
    assert rest.get("/set/a%2Fb/one%20two").json() == {"result": "OK"}
    assert rest.post("/set/c?EX=100", content=b"body").json() == {"result": "OK"}
    assert rest.get("/mget/a%2Fb/c").json() == {"result": ["one two", "body"]}
    assert rest.get("/ttl/c").json()["result"] in {99, 100}


def test_pipeline_answers_each_command(rest: httpx.Client) -> None:
    """One failure in a pipeline stands beside the other results; the status is 200."""
    answer = rest.post("/pipeline", json=[["SET", "a", "x"], ["INCR", "a"], ["GET", "a"]])
    assert answer.status_code == 200
    failure = {"error": "ERR value is not an integer or out of range"}
    assert answer.json() == [{"result": "OK"}, failure, {"result": "x"}]


def test_transaction_runs_wholly_or_not_at_all(rest: httpx.Client) -> None:
    """/multi-exec answers like a pipeline; a command that cannot be queued discards all of them."""
    assert rest.post("/multi-exec", json=[["SET", "a", "1"], ["INCR", "a"]]).json() == [{"result": "OK"}, {"result": 2}]
    discarded = rest.post("/multi-exec", json=[["SET", "a", "9"], ["GET"]])
    assert discarded.status_code == 400
    assert discarded.json()["error"].startswith("EXECABORT")
    assert rest.get("/get/a").json() == {"result": "2"}


def test_strings_are_base64_on_request(rest: httpx.Client) -> None:
    """With Upstash-Encoding every string but OK is base64, so bytes that are no UTF-8 survive."""
    headers = {"Upstash-Encoding": "base64"}
    assert rest.post("/set/raw", content=b"\xff\x00", headers=headers).json() == {"result": "OK"}
    assert base64.b64decode(rest.get("/get/raw", headers=headers).json()["result"]) == b"\xff\x00"
    listed = rest.post("/", json=["MGET", "raw", "none"], headers=headers).json()["result"]
    assert listed == [base64.b64encode(b"\xff\x00").decode(), None]


def test_sync_token_changes_with_every_answer(rest: httpx.Client) -> None:
    """Each answer carries a sync token to send with the next request."""
    tokens = {rest.get("/ping").headers["upstash-sync-token"] for _ in range(3)}
    assert len(tokens) == 3


def test_script_with_upstashs_flags_runs(rest: httpx.Client) -> None:
    """A script whose first line has flags only Upstash knows runs by text and by its author's SHA-1."""
    digest = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()
    unknown = rest.post("/", json=["EVALSHA", digest, 1, "n", "v"])
    assert unknown.status_code == 400
    assert unknown.json()["error"].startswith("NOSCRIPT")
    assert rest.post("/", json=["EVAL", SCRIPT, 1, "n", "v"]).json() == {"result": [1, "v"]}
    assert rest.post("/", json=["EVALSHA", digest, 1, "n", "v"]).json() == {"result": [2, "v"]}
    rest.post("/", json=["SCRIPT", "FLUSH"])
    assert rest.post("/", json=["EVALSHA", digest, 1, "n", "v"]).json()["error"].startswith("NOSCRIPT")
    assert rest.post("/", json=["SCRIPT", "LOAD", SCRIPT]).json() == {"result": digest}
    assert rest.post("/", json=["SCRIPT", "EXISTS", digest]).json() == {"result": [1]}


def test_requests_and_commands_are_counted(rest: httpx.Client) -> None:
    """The counters see every request and every command of a pipeline, and start again on demand."""
    assert rest.post("/_bridge/reset").json() == {"requests": 0, "commands": 0}
    rest.post("/", json=["PING"])
    rest.post("/pipeline", json=[["PING"], ["PING"], ["PING"]])
    assert rest.get("/_bridge/stats").json() == {"requests": 2, "commands": 4}
