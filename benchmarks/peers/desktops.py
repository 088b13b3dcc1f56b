"""Messages to the pages that watch a session."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.peers import callers, clients
from benchmarks.peers.session import Session, change


def tell(what: str, session: Session, now: int, image: dict[str, Any] | None = None) -> None:
    """Send a message to everybody who may receive it; a page that misses one catches up by itself."""
    message = {
        "type": what,
        "encounterId": session["encounterId"],
        "imageCount": len(session["images"]),
        "sequence": int(session["sequence"]),
        "revision": int(session["revision"]),
        "timestamp": now,
    }
    if image:
        message |= {
            "imageId": image["id"],
            "s3Key": image["key"],
            "metadata": image["metadata"],
            "sequence": image["sequence"],
        }
    data = json.dumps(message, separators=(",", ":")).encode()
    for name, watcher in session["connections"].items():
        if not callers.may_watch(watcher["user"], watcher["family"], session["facilityId"]):
            change(session["pk"], "REMOVE #connections.#gone", now, names={"gone": name})
            continue
        try:
            clients.sockets.post_to_connection(ConnectionId=name, Data=data)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 410:
                change(session["pk"], "REMOVE #connections.#gone", now, names={"gone": name})
        except BotoCoreError:
            continue
