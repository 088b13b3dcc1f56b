"""Alarms of what all domains share: the API, its functions and live connections."""

from typing import Final

from bedside.operations.redis_alarms import REDIS_ALARMS
from bedside.operations.worker_alarms import WORKER_ALARMS
from bedside.platform.alarms import Alarm, Metric, api, counted, errors, filtered, share, throttles

# Those whose template has ReservedConcurrentExecutions.
_AT_THE_BEDSIDE: Final = {
    "auth": "Auth",
    "imageList": "ImageList",
    "imageNotify": "ImageNotify",
    "otp": "Otp",
    "presignedUrl": "PresignedUrl",
    "sessionPreview": "SessionPreview",
    "tokenValidate": "TokenValidate",
    "visits": "Visits",
    "web": "Web",
}
# Those whose new versions are checked before they get calls: `AutoPublishAlias` in the template.
_CANARIED: Final = {
    "auth": "Auth",
    "imageList": "ImageList",
    "imageNotify": "ImageNotify",
    "otp": "Otp",
    "presignedUrl": "PresignedUrl",
    "sessionCreate": "SessionCreate",
    "tokenValidate": "TokenValidate",
    "web": "Web",
}

ALARMS: Final = (
    Alarm(
        "ApiErrorAlarm",
        "page",
        api("5xx", "HttpApi"),
        means="Calls fail, perhaps before a function answers, because it times out or cannot start",
        first=(
            "the dashboard's “Calls”: is it one route? `route` and `status` in the log group "
            "`/bedside/{stage}/access` say which"
        ),
        then=(
            "If `ServerErrorAlarm` is silent, the function never answered: look for `Task timed out` or an import "
            "error in its log. After a deployment, roll back."
        ),
        threshold=5,
    ),
    Alarm(
        "VersionErrorAlarm",
        "page",
        {name: errors(function) for name, function in _CANARIED.items()},
        means="Functions of a capture or a sign-in end without an answer",
        first=(
            "`Task timed out` and import errors in the log group `/bedside/{stage}/functions`; `function_arn` has the "
            "version"
        ),
        then=(
            "A deployment that is under way has been taken back: see [Canary](operations.md#canary). If none is, look "
            "whether a service that the function waits for is away."
        ),
        expression="SUM(METRICS())",
        period_s=60,
    ),
    Alarm(
        "ErrorRateAlarm",
        "page",
        {"calls": api("Count", "HttpApi"), "failed": api("5xx", "HttpApi")},
        means="More than 1 % of calls fail, of at least 100",
        first="the time at which it began: was it a deployment, or does AWS's health page know of something?",
        then="After a deployment, roll back. Otherwise follow `ServerErrorAlarm` and `AwsThrottleAlarm`.",
        expression=share("failed", "calls", 100),
        threshold=1,
    ),
    Alarm(
        "ServerErrorAlarm",
        "page",
        counted("ServerError"),
        means="Calls fail with a server error",
        first=(
            "`level: ERROR` in the log group `/bedside/{stage}/functions`: `refused` has the cause, `unexpected "
            "error` the place in the code"
        ),
        then=(
            "A cause such as `ThrottlingException` is AWS's: see `AwsThrottleAlarm`. A place in the code is ours: "
            "roll back or fix it."
        ),
        threshold=5,
    ),
    Alarm(
        "LatencyAlarm",
        "ticket",
        api("Latency", "HttpApi", "p95"),
        means="One call in twenty takes longer than 500 ms, for a quarter of an hour",
        first=(
            "the dashboard's “Redis” and “Functions”: a Redis that is away costs 300 ms a call, and cold starts show "
            "as `initDurationMs`"
        ),
        then=(
            "If neither is it, X-Ray shows where a call spends its time. CloudWatch judges only times with enough "
            "calls."
        ),
        threshold=500,
        periods=3,
    ),
    Alarm(
        "MemoryAlarm",
        "ticket",
        filtered("MemoryShort"),
        means="A function used more than 80 % of its memory",
        first=("Lambda's reports in the log group `/bedside/{stage}/functions`: `maxMemoryUsedMB`, by function"),
        then=(
            "If it grows from invocation to invocation, it leaks: a change of `RedisDeadlineMs` by a millisecond "
            "restarts every environment. Otherwise raise its `MemorySize`, and the pattern of `MemoryShort` with it."
        ),
    ),
    Alarm(
        "ApiThrottleAlarm",
        "page",
        filtered("ApiThrottled"),
        means="The API turns requests away because of its own rate limit",
        first="[Throughput](operations.md#throughput): is it a busy day, or one page or address that asks too often?",
        then="Raise `ApiRateLimit` and `ApiBurstLimit`; the account's own quota is 10,000 a second.",
        threshold=10,
    ),
    Alarm(
        "FunctionThrottleAlarm",
        "page",
        {name: throttles(function) for name, function in _AT_THE_BEDSIDE.items()},
        means="Lambda turns invocations of functions at the bedside away, for lack of concurrency",
        first="`ConcurrentExecutions` of the account in CloudWatch, and its quota (10 in a new account)",
        then=(
            "Ask AWS to raise the quota, then reserve a share of it with `HotConcurrency`: see "
            "[Throughput](operations.md#throughput)."
        ),
        expression="SUM(METRICS())",
    ),
    Alarm(
        "AccountThrottleAlarm",
        "ticket",
        Metric("AWS/Lambda", "Throttles"),
        means="Lambda turns invocations away somewhere in the account",
        first=(
            "`Throttles` by function in CloudWatch: is it one of ours? Queues and streams invoke again, so these only "
            "come later"
        ),
        then="As for `FunctionThrottleAlarm`.",
        account=True,
    ),
    Alarm(
        "AwsThrottleAlarm",
        "ticket",
        filtered("AwsThrottled"),
        means="DynamoDB or another service of AWS tells functions to ask less often",
        first="`aws asked again` in the log: `asked` is the service, `code` what it said",
        then=(
            "Requests are repeated, so nothing is lost yet. For DynamoDB look at `ReadThrottleEvents` and "
            "`WriteThrottleEvents` of each table: a new table takes 4,000 writes a second and grows by itself; one "
            "key takes 1,000."
        ),
        threshold=20,
    ),
    Alarm(
        "LiveErrorAlarm",
        "ticket",
        {"execution": api("ExecutionError", "LiveApi"), "integration": api("IntegrationError", "LiveApi")},
        means="Live connections fail; pages ask by themselves meanwhile",
        first=(
            "the log of `Live`: `ServerError` there is ours; many refused tickets are pages that come back after a "
            "long sleep"
        ),
        then=(
            "If `Live` is silent, API Gateway could not call it: look at its throttles and at the permission "
            "`LivePermission`."
        ),
        expression="SUM(METRICS())",
        threshold=25,
    ),
    Alarm(
        "LivePublishAlarm",
        "ticket",
        counted("LivePublishFailure"),
        means="Many pages did not get a live update; they see it when they next ask",
        first="`live publish failed` in the log, and the state of API Gateway or, with `LiveProvider=ably`, of Ably",
        then="Nothing is lost. With Ably, look at the key and at its limits.",
        threshold=50,
    ),
    *WORKER_ALARMS,
    *REDIS_ALARMS,
)
