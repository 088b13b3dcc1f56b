"""What proves us at facilities' records, in SSM Parameter Store: each secret is a parameter that is never changed.

Only the function for administrators may write these parameters, and only the one that sends documents may read them.
"""

from typing import Any, Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.kernel.errors import UnavailableError

_TRY_S: Final = 4.0
_TRIES: Final = 3


class RecordSecrets:
    """Secrets under the path of a stage, such as /bedside/prod/record-targets."""

    def __init__(self, path: str, region: str) -> None:
        self._path = path
        self._ssm = JsonService(AwsService("ssm", region), "AmazonSSM", "1.1")

    def put(self, secret_id: str, secret: str) -> None:
        """Store a secret; the same again is harmless. Raises UnavailableError."""
        self._call("PutParameter", secret_id, Value=secret, Type="SecureString", Overwrite=True)

    def delete(self, secret_id: str) -> None:
        """Forget a secret, if there is one. Raises UnavailableError."""
        try:
            self._call("DeleteParameter", secret_id)
        except UnavailableError as error:
            if error.cause != "ParameterNotFound":
                raise

    def read(self, secret_id: str) -> str:
        """Return a secret. Raises UnavailableError."""
        answer = self._call("GetParameter", secret_id, WithDecryption=True)
        try:
            return str(answer["Parameter"]["Value"])
        except (LookupError, TypeError):
            raise UnavailableError("The record's secret could not be read.") from None

    def _call(self, action: str, secret_id: str, **more: object) -> Any:  # noqa: ANN401  # JSON of any kind
        question = {"Name": f"{self._path}/{secret_id}", **more}
        failure = ""
        for _ in range(_TRIES):
            try:
                return self._ssm.call(action, question, try_s=_TRY_S)
            except AwsError as error:
                failure = error.code
                if not error.temporary:
                    break
        # Not chained: what was sent contains the secret.
        raise UnavailableError("The record's secret could not be reached.", failure) from None
