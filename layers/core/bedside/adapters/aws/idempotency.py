"""Idempotency keys: a repeated request with the same Idempotency-Key gets the same response, for a day."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from botocore.config import Config

from bedside.kernel.errors import (
    FieldFault,
    InvalidRequestError,
    KeyReusedError,
    RequestInFlightError,
    UnavailableError,
)
from bedside.kernel.invocation import Context

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_DAY_S: Final = 86_400
# https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ leaves the format to the server.
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")


class Idempotency:
    """Stores responses in a DynamoDB table by caller and key; a repeated request must have the same body."""

    def __init__(self, table: str) -> None:
        self._store = DynamoDBPersistenceLayer(
            table_name=table,
            boto_config=Config(
                connect_timeout=1, read_timeout=1.5, retries={"total_max_attempts": 2, "mode": "standard"}
            ),
        )

    def once[Document: Mapping[str, Any]](
        self,
        caller: str,
        key: str,
        body: Mapping[str, Any],
        work: Callable[[], Document],
        context: Context | None,
    ) -> Document:
        """Run `work`, or return its stored result if the caller has sent this key before.

        Raises InvalidRequestError for a key of more than 128 characters, KeyReusedError for a different body,
        RequestInFlightError while the first request is still running, UnavailableError.
        """
        if not _KEY.fullmatch(key.strip()):
            raise InvalidRequestError([FieldFault("Idempotency-Key", "This must have 1 to 128 visible characters.")])
        config = IdempotencyConfig(
            hash_function="sha256",
            event_key_jmespath="key",
            payload_validation_jmespath="body",
            raise_on_no_idempotency_key=True,
            expires_after_seconds=_DAY_S,
            # Releases the key of a request whose function died, once its timeout has passed.
            lambda_context=cast("LambdaContext | None", context),
        )

        @idempotent_function(  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
            data_keyword_argument="asked", config=config, persistence_store=self._store
        )
        def answer(*, asked: dict[str, Any]) -> Document:  # noqa: ARG001  # read by the decorator, which derives the record's key from it
            return work()

        try:
            done: Document = answer(asked={"key": f"{caller}\n{key.strip()}", "body": dict(body)})
        except IdempotencyAlreadyInProgressError as error:
            raise RequestInFlightError("The first request with this key is still being served.") from error
        except IdempotencyValidationError as error:
            raise KeyReusedError("This Idempotency-Key was sent with another body.") from error
        except IdempotencyPersistenceLayerError as error:
            raise UnavailableError("The record could not be reached.") from error
        return done
