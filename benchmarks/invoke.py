"""A fresh process that acts as a function's environment and answers one event after another.

Run as `python -I -S invoke.py HANDLER FOLDER…`: nothing but these folders can be imported, and the first event pays for
every import. With BENCHMARK_TLS set it also pays for a TLS context, which plain HTTP spares those who make one only
when they need it. Events come as lines of JSON on standard input; for each there is a line with the answer, and what it
took in milliseconds and in milliseconds of the processor. The last line names the sources of everything that was
imported.
"""

import json
import os
import sys
import time


class Context:
    """The context object that Lambda passes to a function."""

    function_name = "benchmark"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:benchmark"
    aws_request_id = "benchmark"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def main() -> None:
    """Answer until standard input ends."""
    # The function's logs must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module, _, name = sys.argv[1].rpartition(".")
    sys.path[:0] = sys.argv[2:]
    handler = None
    for line in sys.stdin:
        event = json.loads(line)
        started, worked = time.perf_counter(), time.process_time()
        if handler is None:
            if "BENCHMARK_TLS" in os.environ:
                import ssl  # noqa: PLC0415  # only a request that needs it pays for it

                ssl.create_default_context()
            handler = getattr(__import__(module, fromlist=[name]), name)
        answer = handler(event, Context())
        worked, started = time.process_time() - worked, time.perf_counter() - started
        answers.write(json.dumps({"answer": answer, "wall": started * 1000, "cpu": worked * 1000}) + "\n")
        answers.flush()
    files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())} - {__file__}
    answers.write(json.dumps(sorted(file for file in files if file.endswith(".py"))) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
