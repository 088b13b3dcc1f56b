"""How many webhooks the local cloud receives and processes in a second."""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import boto3
import httpx

from benchmarks.deployed import administrator
from benchmarks.stack import Stack
from benchmarks.table import TIMES, number, prose, table, times

_EVENTS: Final = 400
_WARM_UP: Final = 40
_AT_ONCE: Final = 8
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What became of many webhooks: how long each call took, and each wait from kept to processed, in milliseconds.

    `received_s` are the seconds from the first call to the last answer, `processed_s` those until all were processed.
    """

    calls: Sequence[float]
    waits: Sequence[float]
    received_s: float
    processed_s: float


def measure(stack: Stack) -> Flow:
    """Send webhooks as fast as they are taken; raises RuntimeError where one is refused or not processed in time."""
    with (
        httpx.Client(base_url=stack.origin, timeout=60, trust_env=False) as http,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):

        def send(event_id: str) -> float:
            started = time.perf_counter()
            answer = http.post("/webhooks/hms", content=_body(event_id), headers=stack.webhook_headers)
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"a webhook was answered {answer.status_code}: {answer.text[:200]}")
            return (time.perf_counter() - started) * 1000

        warm = [f"warm-{secrets.token_hex(8)}" for _ in range(_WARM_UP)]
        list(pool.map(send, warm))
        _processed(stack, warm)
        events = [f"bench-{secrets.token_hex(8)}" for _ in range(_EVENTS)]
        started = time.perf_counter()
        calls = list(pool.map(send, events))
        received_s = time.perf_counter() - started
    items = _processed(stack, events)
    first = min(item["receivedAt"] for item in items)
    return Flow(
        calls,
        [item["processedAt"] - item["receivedAt"] for item in items],
        received_s,
        (max(item["processedAt"] for item in items) - first) / 1000,
    )


def section(flow: Flow) -> str:
    """Show how many webhooks a second are received and processed, and how long each takes."""
    count = len(flow.calls)
    rows = [
        ["receive: the call", f"{count / flow.received_s:,.0f}", *times(flow.calls)],
        ["process: from kept to processed", f"{count / flow.processed_s:,.0f}", *times(flow.waits)],
    ]
    return "\n\n".join(
        [
            "## Webhooks a second",
            prose(
                f"""
                {count} webhooks of 100ms about visits that there are not, sent by {_AT_ONCE} at once to the local
                cloud, which shares this machine's processors with whoever sends. Receiving is verifying, one write and
                one message; processing is reading the event, asking for its visit, and closing the event, in batches of
                up to ten. Both run at the same time; the last was processed
                {number((flow.processed_s - flow.received_s) * 1000)} ms after the last was received.
                """
            ),
            table(["webhooks", "a second", *TIMES], rows),
        ]
    )


def _body(event_id: str) -> str:
    told = {"id": event_id, "type": "peer.join.success", "timestamp": "2026-11-21T02:31:51.406386Z"}
    return json.dumps(
        {"version": "2.0", **told, "data": {"room_name": event_id, "room_id": "r", "user_id": "j", "peer_id": "p"}}
    )


def _processed(stack: Stack, events: Sequence[str]) -> list[Mapping[str, int]]:
    """Wait until all events are processed; return when each was stored and processed."""
    dynamo: Any = boto3.client(
        "dynamodb", region_name=stack.region, endpoint_url=stack.aws_endpoint, **administrator(stack)
    )
    found: dict[str, Mapping[str, int]] = {}
    deadline = time.monotonic() + _PATIENCE_S
    while waiting := [each for each in events if each not in found]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(waiting)} webhooks were not processed")
        for start in range(0, len(waiting), 100):
            keys = [{"pk": {"S": f"hms#{each}"}} for each in waiting[start : start + 100]]
            asked = {"bedside-webhooks-local": {"Keys": keys, "ProjectionExpression": "pk, receivedAt, processedAt"}}
            for item in dynamo.batch_get_item(RequestItems=asked)["Responses"]["bedside-webhooks-local"]:
                if "processedAt" in item:
                    stamps = {name: int(item[name]["N"]) for name in ("receivedAt", "processedAt")}
                    found[item["pk"]["S"].partition("#")[2]] = stamps
        time.sleep(0.1)
    return list(found.values())
