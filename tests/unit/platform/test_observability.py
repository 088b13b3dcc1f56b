"""What functions load to tell how they do costs little."""

import json
import subprocess
import sys

import pytest

from bedside.platform.observability import count, metrics, redis_called


def test_hot_functions_load_no_sdk() -> None:
    """Importing one loads neither boto3 nor what encrypts, which only some calls need."""
    script = (
        "import sys; sys.path[:0] = ['functions', 'layers/core']\n"
        "import presigned_url.handler, token_validate.handler\n"
        "from bedside.capture import image_repository, qr_exchange, session_repository, uploads\n"
        "print([name for name in ('boto3', 'botocore.session', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # our own script
    assert done.stdout.strip() == "[]"


def test_commands_of_redis_are_metered(capsys: pytest.CaptureFixture[str]) -> None:
    """A sample for each; what they were for costs no metric, and more than a line holds are in the next one."""
    metrics.provider.clear_metrics()
    for key in ("bedside:prod:cache:entry:x", "bedside:prod:limit:y", "bedside:prod:cache:tag:z", "PING"):
        redis_called(key, 0.0042)
    metrics.flush_metrics()
    for _ in range(101):
        redis_called("bedside:prod:session:a", 0.001)
    count("CacheHit")
    metrics.flush_metrics()
    one, full, rest = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert one["RedisLatency"] == [4.2] * 4
    assert one["redisCommands"] == {"cache": 2, "limit": 1, "ping": 1}
    assert [named["Name"] for named in one["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == ["RedisLatency"]
    assert (len(full["RedisLatency"]), full["redisCommands"]) == (100, {"session": 100})
    assert (len(rest["RedisLatency"]), rest["redisCommands"], rest["CacheHit"]) == (1, {"session": 1}, [1])
