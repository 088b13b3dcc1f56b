"""A store of secrets in memory."""

from dataclasses import dataclass, field

from bedside.kernel.errors import UnavailableError


@dataclass
class RecordSecretsInMemory:
    """Does what bedside.adapters.aws.record_secrets.RecordSecrets promises.

    While `away` it fails, and while it `keeps` nothing can be deleted from it.
    """

    stored: dict[str, str] = field(default_factory=dict)
    away: bool = False
    keeps: bool = False

    def put(self, secret_id: str, secret: str) -> None:
        self._reach()
        self.stored[secret_id] = secret

    def delete(self, secret_id: str) -> None:
        self._reach()
        if self.keeps:
            raise UnavailableError("The record's secret could not be deleted.")
        self.stored.pop(secret_id, None)

    def read(self, secret_id: str) -> str:
        self._reach()
        if secret_id not in self.stored:
            raise UnavailableError("There is none.", "ParameterNotFound")
        return self.stored[secret_id]

    def _reach(self) -> None:
        if self.away:
            raise UnavailableError("The record's secret could not be reached.")
