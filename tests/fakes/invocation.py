from dataclasses import dataclass


@dataclass(frozen=True)
class Invocation:
    """What Lambda tells a function about its invocation, as far as the functions ask."""

    function_name: str = "bedside-test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:bedside-test"
    aws_request_id: str = "8f6d2b1e-1111-4222-8333-444455556666"
    remaining_ms: int = 20_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms
