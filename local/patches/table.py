# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`AWS::DynamoDB::Table`: time to live, point-in-time recovery and encryption, which MiniStack's create drops."""

from importlib import import_module
from typing import Any


def apply() -> None:
    provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
    dynamodb: Any = import_module("ministack.services.dynamodb")
    handler = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handler["create"], handler["update"]

    def create_whole(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        created = create(logical_id, props, stack_name)
        _configure(dynamodb, created[0], props)
        return created

    def update_whole(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, logical_id: str | None = None
    ) -> Any:
        updated = update(physical_id, old, new, stack_name, logical_id)
        _configure(dynamodb, updated[0], new)
        return updated

    handler["create"], handler["update"] = create_whole, update_whole


def _configure(dynamodb: Any, table: str, props: dict[str, Any]) -> None:
    ttl = props.get("TimeToLiveSpecification")
    if ttl:
        # The emulator compares with `is`, and CloudFormation hands booleans over as text.
        spec = {**ttl, "Enabled": _truth(ttl.get("Enabled", True))}
        _accepted(dynamodb._update_ttl({"TableName": table, "TimeToLiveSpecification": spec}))
    recovery = props.get("PointInTimeRecoverySpecification")
    if recovery:
        spec = {"PointInTimeRecoveryEnabled": _truth(recovery.get("PointInTimeRecoveryEnabled", False))}
        _accepted(dynamodb._update_continuous_backups({"TableName": table, "PointInTimeRecoverySpecification": spec}))
    encryption = props.get("SSESpecification")
    if encryption:
        # CloudFormation says SSEEnabled where the API says Enabled.
        spec = {key: value for key, value in encryption.items() if key != "SSEEnabled"}
        spec["Enabled"] = _truth(encryption.get("SSEEnabled", True))
        _accepted(dynamodb._update_table({"TableName": table, "SSESpecification": spec}))


def _truth(value: object) -> bool:
    return str(value).lower() == "true"


def _accepted(response: tuple[int, Any, bytes]) -> None:
    status, _, body = response
    if status >= 400:  # noqa: PLR2004 (an HTTP status)
        raise ValueError(f"AWS::DynamoDB::Table: {body!r}")
