# ruff: noqa: D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""A function's credentials are secrets of this run, and whoever names the administrator's key has to sign with it.

MiniStack derives them from the names of function and role, so that anybody can compute them, and takes `test` and
every account's number for its administrator without looking at the signature. It also changes account and region as a
request says, even one to an API whose own header or parameter merely looks like credentials.
"""

import hmac
import os
import secrets
from importlib import import_module
from typing import Any


def apply() -> None:
    runtime: Any = import_module("ministack.core.lambda_runtime")
    functions: Any = import_module("ministack.services.lambda_svc")
    run_key = secrets.token_bytes(32)

    def credentials(config: dict[str, Any]) -> dict[str, str]:
        account, _ = runtime._account_region_from_function_config(config)
        function, role = config["FunctionArn"], str(config.get("Role", "")).rsplit("/", 1)[-1]

        def secret(kind: str) -> str:
            return hmac.new(run_key, f"{kind}:{function}:{role}".encode(), "sha256").hexdigest()

        access_key, session = f"ASIA{secret('key')[:16].upper()}", str(config.get("FunctionName", "function"))[:64]
        import_module("ministack.services.sts").register_session(
            access_key,
            {
                "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
                "UserId": f"{role}:{session}",
                "SecretAccessKey": secret("secret"),
                "SessionToken": secret("token"),
            },
        )
        return {
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": secret("secret"),
            "AWS_SESSION_TOKEN": secret("token"),
        }

    app: Any = import_module("ministack.app")
    choose, region = app.set_request_account_id, os.environ["MINISTACK_REGION"]
    app.set_request_account_id = lambda key: choose("" if key.isdecimal() else key)
    app.extract_region = lambda *_arguments, **_options: region
    runtime.execution_credentials = functions.execution_credentials = credentials


def secret_of(access_key: str, token: str) -> str | None:
    """Return the secret of the administrator's key, or of a session that the emulator has issued."""
    evaluator: Any = import_module("ministack.core.iam_evaluator")
    responses: Any = import_module("ministack.core.responses")
    is_known_name = evaluator.is_root_access_key(access_key)
    if is_known_name and access_key != os.environ["AWS_ACCESS_KEY_ID"]:
        return None
    account = responses._account_from_sts_session(access_key) or responses.get_account_id()
    found = evaluator.resolve_credential(access_key, account, token)
    secret: str | None = getattr(found, "secret_access_key", None)
    return secret
