"""Alarms of Redis: whether it answers, how fast, how often the cache knows, and how long its commands suffice."""

from typing import Final

from bedside.operations.redis_budget import WINDOW_S, WINDOWS
from bedside.platform.alarms import Alarm, counted, share

_COMMANDS: Final = counted("RedisLatency", "SampleCount")
_FAILED: Final = counted("RedisFailure")
_KNOWN: Final = "FILL(hits, 0)"
_LOOKED_UP: Final = "(FILL(hits, 0) + FILL(misses, 0))"
_WITHOUT: Final = "(FILL(refused, 0) + FILL(failed, 0))"
_WANTED: Final = "(FILL(commands, 0) + FILL(refused, 0))"

REDIS_ALARMS: Final = (
    Alarm(
        "RedisFallbackAlarm",
        "ticket",
        {"commands": _COMMANDS, "failed": _FAILED, "refused": counted("RedisFallback")},
        means=(
            "More than 5 % of what Redis was wanted for, of at least 100, was done without it; everything works, but "
            "more slowly"
        ),
        first="Upstash's status page, the database's quota of commands, and whether its token was changed",
        then="Nothing is lost: [If Redis is down](operations.md#if-redis-is-down).",
        expression=share(_WITHOUT, _WANTED, 100),
        threshold=5,
    ),
    Alarm(
        "RedisErrorAlarm",
        "ticket",
        {"commands": _COMMANDS, "failed": _FAILED},
        means="More than 0.1 % of commands to Redis failed, of at least 1,000",
        first=(
            "`redis failed` in the log, with the reason: a deadline, an error of Upstash, or a command of ours that "
            "it refused"
        ),
        then=(
            "Deadlines: look at Upstash's latency and the stack's region. A refused command is a mistake of ours; "
            "`NOSCRIPT` does not count."
        ),
        expression=share("FILL(failed, 0)", "commands", 1000),
        threshold=0.1,
        period_s=900,
    ),
    Alarm(
        "RedisLatencyAlarm",
        "ticket",
        counted("RedisLatency", "p95"),
        means="One command to Redis in twenty takes longer than 10 ms, for a quarter of an hour",
        first="the database's region: it has to be the stack's. Then Upstash's own graph of latency",
        then=(
            "If only ours is slow, functions connect anew too often: look at cold starts. CloudWatch judges only "
            "times with enough commands."
        ),
        threshold=10,
        periods=3,
    ),
    Alarm(
        "RedisBudgetAlarm",
        "ticket",
        {"commands": _COMMANDS},
        means="At the pace of the last seven days, the month's commands of Redis will not suffice",
        first=(
            "`make redis-budget STAGE=…`: what this month's commands were for, and the day on which they will be used "
            "up"
        ),
        then=(
            "At Upstash choose a plan with more, and set `RedisMonthlyCommands` to it. Once they are used up Redis "
            "refuses everything, which costs speed and nothing else."
        ),
        expression=f"{WINDOWS} * commands",
        threshold="RedisMonthlyCommands",
        period_s=WINDOW_S,
    ),
    Alarm(
        "CacheHitAlarm",
        "ticket",
        {"hits": counted("CacheHit"), "misses": counted("CacheMiss")},
        means="The cache knew fewer than 90 % of at least 1,000 things that it was asked for in an hour",
        first="`CacheHit` and `CacheMiss` on the dashboard: has it been so since a deployment?",
        then=(
            "Nothing is wrong but the load on DynamoDB. Many changes to users at once do it too, since each makes "
            "lists invalid."
        ),
        expression=share(_KNOWN, _LOOKED_UP, 1000, 100),
        threshold=90,
        below=True,
        period_s=3600,
    ),
)
