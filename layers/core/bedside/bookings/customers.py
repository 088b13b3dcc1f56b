"""Patients as customers of the payment provider, so that it knows them again."""

from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.platform.transient.drafts import PAYMENT_CUSTOMER, Drafts
from bedside.ports.payments import PaymentProvider


@dataclass(frozen=True, slots=True)
class Customers:
    """The provider's ids of patients: in Redis for a day, with the record in DynamoDB behind it."""

    table: Table
    drafts: Drafts

    def ensure(self, user_id: str, provider: PaymentProvider, now_ms: int) -> str:
        """Return the id of a patient, who becomes a customer if they are none. Raises UnavailableError."""
        if cached := self.drafts.get(PAYMENT_CUSTOMER, user_id, now_ms):
            return str(cached["customerId"])
        item = self.table.get(_key(user_id))
        customer_id = str(item["customerId"]) if item else self._create(user_id, provider, now_ms)
        self.drafts.put(PAYMENT_CUSTOMER, user_id, {"customerId": customer_id}, now_ms)
        return customer_id

    def replace(self, user_id: str, gone_id: str, provider: PaymentProvider, now_ms: int) -> str:
        """Return the new id of a patient whom the provider has forgotten, as after an erasure."""
        customer_id = provider.create_customer(user_id, f"{user_id}:customer:{gone_id}")
        try:
            self.table.update(
                _key(user_id),
                "SET #customerId = :new, #createdAt = :now",
                condition="#customerId = :gone",
                values={"new": customer_id, "gone": gone_id, "now": now_ms},
            )
        except ConditionFailedError as error:  # another call of theirs was faster
            customer_id = str(error.item["customerId"]) if error.item else customer_id
        self.drafts.put(PAYMENT_CUSTOMER, user_id, {"customerId": customer_id}, now_ms)
        return customer_id

    def _create(self, user_id: str, provider: PaymentProvider, now_ms: int) -> str:
        customer_id = provider.create_customer(user_id, f"{user_id}:customer")
        item = {"pk": _key(user_id), "customerId": customer_id, "createdAt": now_ms}
        try:
            self.table.put(item, condition="attribute_not_exists(#pk)", values={})
        except ConditionFailedError as error:  # another call of theirs was faster
            return str(error.item["customerId"]) if error.item else customer_id
        return customer_id


def _key(user_id: str) -> str:
    return f"customer#{user_id}"
