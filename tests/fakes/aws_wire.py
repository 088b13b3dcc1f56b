"""AWS as the product's own client meets it on the wire, answered by what stands in for it (tests/fakes/cloud.py)."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from moto.core.models import botocore_stubber

from bedside.adapters.rest import Answer, RestClient, RestError


def asks_aws(client: RestClient) -> bool:
    """Tell whether a client's host is AWS's own."""
    return client._host.endswith(".amazonaws.com")  # noqa: SLF001  # only tests have an AWS that is none


def connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer everything that the client sends to AWS until the test is over."""
    request = RestClient.request

    def requesting(
        client: RestClient,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        deadline_s: float,
        **more: Any,
    ) -> Answer:
        if not asks_aws(client):
            return request(client, method, path, headers, body, deadline_s=deadline_s, **more)
        client.requests += 1
        return _served(method, f"https://{client._host}{path}", headers, body)  # noqa: SLF001  # as above

    monkeypatch.setattr(RestClient, "request", requesting)


def _served(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    given = HTTPHeaders()
    for name, value in headers.items():
        given[name] = value
    prepared = AWSPreparedRequest(method, url, given, body, stream_output=False)
    try:
        served: Any = botocore_stubber.process_request(prepared)
    except ConnectTimeoutError as error:
        raise RestError("TimeoutError", sent=False) from error
    except ReadTimeoutError as error:
        raise RestError("TimeoutError", sent=True) from error
    except ConnectionClosedError as error:
        raise RestError("RemoteDisconnected", sent=True) from error
    status, answered, content = served
    names = {str(name).lower(): str(value) for name, value in answered.items()}
    return Answer(int(status), names, content.encode() if isinstance(content, str) else bytes(content))
