"""The audit table's stream is copied in order, and what is not copied is delivered again."""

import copy
import json
from typing import Any

import pytest

from tests.conftest import AUDIT_BUCKET, client
from tests.fakes.hostile import refused
from tests.functions.clinic import Clinic, event_of


def _objects() -> dict[str, Any]:
    listed = client("s3").list_objects_v2(Bucket=AUDIT_BUCKET).get("Contents", [])
    keys = [each["Key"] for each in listed]
    return {key: json.loads(client("s3").get_object(Bucket=AUDIT_BUCKET, Key=key)["Body"].read()) for key in keys}


def _overwritten() -> Any:
    event = event_of("audit_copy")
    [record] = event["Records"]
    change = copy.deepcopy(record)
    change["eventName"] = "MODIFY"
    change["dynamodb"] |= {"OldImage": record["dynamodb"]["NewImage"], "SequenceNumber": "2"}
    change["dynamodb"]["NewImage"] |= {"by": {"S": "nobody"}}
    return {"Records": [record, change]}


def test_entry_and_its_change_are_copied_and_the_change_rings(
    clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    """Delivering a batch twice stores nothing else, and rings again: the first alarm may have been lost."""
    for _ in range(2):
        assert clinic.invoke("audit_copy", _overwritten()) == {"batchItemFailures": []}
    found = _objects()
    assert sorted(found) == ["changes/2.json", "entries/FAC001/2026-11-21T02:31:52.345Z#mfrggzdf.json"]
    assert found["changes/2.json"]["before"]["by"] == {"S": "u" * 24}
    assert found["changes/2.json"]["after"]["by"] == {"S": "nobody"}
    assert capsys.readouterr().out.count('"AuditEntryChanged":[1.0]') == 2


def test_what_could_not_be_copied_comes_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing behind it is taken first: the stream goes on from there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", refused())
    clinic.wiring.identity.__dict__.pop("audit_archive", None)
    answer = clinic.invoke("audit_copy", _overwritten())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "4421584500000000017450439091"}]}


def test_a_mistake_of_ours_passes_nothing_over(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a missing setting, so that the bucket has no name: the function fails, and everything comes again."""

    def forget() -> None:
        for name in ("audit_archive", "settings"):
            clinic.wiring.identity.__dict__.pop(name, None)

    with monkeypatch.context() as broken:
        broken.delenv("BEDSIDE_AUDIT_BUCKET")
        forget()
        with pytest.raises(UnicodeError):
            clinic.invoke("audit_copy", _overwritten())
    forget()
    assert clinic.invoke("audit_copy", _overwritten()) == {"batchItemFailures": []}
    assert len(_objects()) == 2


def test_what_is_not_understood_holds_up_nothing(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """It is counted, which rings, and what is behind it is copied."""
    event = _overwritten()
    event["Records"].insert(0, {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "0", "NewImage": {"pk": 1}}})
    event["Records"].insert(0, {"eventName": "INSERT"})
    assert clinic.invoke("audit_copy", event) == {"batchItemFailures": []}
    assert len(_objects()) == 2
    assert '"AuditEntryNotCopied":[1.0,1.0]' in capsys.readouterr().out
