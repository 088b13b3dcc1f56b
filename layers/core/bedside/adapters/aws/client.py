"""Signed requests to AWS services, without the SDK, which would dominate a cold start (docs/benchmarks.md)."""

import json
import logging
import os
import random
import re
import time
from collections.abc import Mapping
from typing import Any, Final

from bedside.adapters.aws.credentials import CredentialsError, current
from bedside.adapters.aws.sigv4 import Scope, signed_headers
from bedside.adapters.rest import MAX_IDLE_S, Answer, RestClient, RestError

# A child of the functions' logger, so that its records are structured too.
_LOG: Final = logging.getLogger("bedside.aws")
_XML_CODE: Final = re.compile(rb"<Code>([\w.]{1,100})</Code>")
_ERROR_TYPE: Final = re.compile(r"(?:[\w.]+#)?(\w{1,100})")
# The pause before retry n is random, up to n times this, so that clients throttled together do not retry together.
_PAUSE_S: Final = 0.05
# AWS's words for "too many requests", which come with status 400, 429 or 503; those of the SDKs' standard retries
# (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
_THROTTLED: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TOO_MANY_REQUESTS: Final = 429


class AwsError(Exception):
    """A service refused a request, or did not respond.

    `code` is AWS's error code, or the reason why there was no response; `status` is 0 without a response; `content` is
    the response body; `sent` tells whether the service may have executed the request.
    """

    def __init__(self, code: str, *, status: int = 0, content: bytes = b"", sent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.content = content
        self.sent = sent

    @property
    def throttled(self) -> bool:
        """Whether the service did nothing, because it gets too many requests."""
        return self.status == _TOO_MANY_REQUESTS or self.code in _THROTTLED

    @property
    def temporary(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return self.status == 0 or self.status >= 500 or self.throttled  # noqa: PLR2004  # server errors

    @property
    def document(self) -> Mapping[str, Any]:
        """The response body as a JSON object, or an empty mapping if it is not one."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def region() -> str:
    """Return the function's region. Raises KeyError outside of Lambda."""
    return os.environ["AWS_REGION"]


class AwsService:
    """One AWS service, called with the function's role; not thread-safe, nor is its connection.

    A connection idle for longer than `max_idle_s` is not reused: a peer may have closed it unnoticed while the
    environment was frozen, which matters where a request gets only one attempt. Honours AWS_ENDPOINT_URL_{SERVICE} and
    AWS_ENDPOINT_URL as the SDKs do, unless an `origin` is given.
    """

    def __init__(self, service: str, region: str, *, origin: str = "", max_idle_s: float = MAX_IDLE_S) -> None:
        self._scope = Scope(region, service)
        self.origin = (origin or overridden(service) or f"https://{host_of(service, region)}").rstrip("/")
        self._rest = RestClient(self.origin, max_idle_s=max_idle_s)
        self._host = self.origin.split("://", 1)[1].split("/", 1)[0]
        self._prefix = self.origin.split("://", 1)[1].removeprefix(self._host)

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        query: str = "",
        try_s: float,
        tries: int = 1,
    ) -> Answer:
        """Return the service's response. Raises AwsError for every status but 2xx.

        `path` must be escaped, `query` canonical, header names in lower case. Each attempt ends within `try_s` seconds.
        A request that got no response, a server error or a throttling error is attempted up to `tries` times; with
        more than one, it must be idempotent.
        """
        for number in range(1, tries + 1):
            try:
                return self._try(method, path, query, headers, body, try_s, idempotent=tries > 1)
            except AwsError as error:
                if number == tries or not error.temporary:
                    raise
                _LOG.warning("aws asked again", extra={"asked": self._scope.service, "code": error.code})
            time.sleep(random.uniform(0, _PAUSE_S * number))  # noqa: S311  # spreads retries, no secret
        raise AssertionError("unreachable")

    def _try(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        try_s: float,
        *,
        idempotent: bool,
    ) -> Answer:
        try:
            credentials = current()
        except CredentialsError as error:
            raise AwsError("NoCredentials", sent=False) from error
        signed = signed_headers(
            credentials,
            self._scope,
            method=method,
            host=self._host,
            path=self._prefix + path,
            query=query,
            headers=headers,
            body=body,
            now_ms=time.time_ns() // 1_000_000,
        )
        target = f"{path}?{query}" if query else path
        try:
            answer = self._rest.request(method, target, signed, body, deadline_s=try_s, idempotent=idempotent)
        except RestError as error:
            raise AwsError(str(error), sent=error.sent) from error
        if not 200 <= answer.status < 300:  # noqa: PLR2004  # HTTP's successes
            raise AwsError(_code(answer), status=answer.status, content=answer.body, sent=True)
        return answer

    def close(self) -> None:
        self._rest.close()


class JsonService:
    """A service that speaks AWS's JSON protocol: one POST per operation."""

    def __init__(self, service: AwsService, target: str, version: str) -> None:
        self._service = service
        self._target = target
        self._type = f"application/x-amz-json-{version}"

    def call(self, operation: str, document: Mapping[str, Any], *, try_s: float, tries: int = 1) -> Mapping[str, Any]:
        """Return an operation's result. Raises AwsError, also if the response is not a JSON object."""
        body = json.dumps(document, separators=(",", ":")).encode()
        headers = {"content-type": self._type, "x-amz-target": f"{self._target}.{operation}"}
        answer = self._service.request("POST", "/", headers, body, try_s=try_s, tries=tries)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise AwsError("NotJson", status=answer.status, sent=True) from error
        if not isinstance(found, dict):
            raise AwsError("NotJson", status=answer.status, sent=True)
        return found


def host_of(service: str, region: str) -> str:
    """Return a service's regional host: of the partition's domain, and of its FIPS endpoint where that is wanted.

    Both variables are those of AWS's own tools, or as template.yaml sets them.
    """
    fips = "-fips" if os.environ.get("AWS_USE_FIPS_ENDPOINT", "").lower() == "true" else ""
    return f"{service}{fips}.{region}.{os.environ.get('BEDSIDE_URL_SUFFIX') or 'amazonaws.com'}"


def overridden(service: str) -> str:
    """Return the service's endpoint from the environment, or "" if none is set."""
    own = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}")
    return own or os.environ.get("AWS_ENDPOINT_URL", "")


def _code(answer: Answer) -> str:
    """Return AWS's error code: from the XML document, REST services' header, JSON's `__type`, or else the status.

    JSON is parsed, not searched, because DynamoDB includes the item that failed a condition, and with it user input.
    """
    found = _XML_CODE.search(answer.body) if answer.body.lstrip().startswith(b"<") else None
    if found:
        return found[1].decode()
    # https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
    if named := _ERROR_TYPE.match(answer.headers.get("x-amzn-errortype", "")):
        return named[1]
    try:
        document = json.loads(answer.body)
        return str(document["__type"]).rsplit("#", 1)[-1]
    except (ValueError, LookupError, TypeError, RecursionError):
        return f"Http{answer.status}"
