"""The capture job as its users do it, step by step: from signing in to the end of the session."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from bedside.adapters.dynamo import Table
from bedside.errors import BedsideError
from bedside.identity.codes import SENDS_PER_USE
from bedside.transient.counters import Counters
from tests.conftest import BUCKET, IDENTITY, client
from tests.faults.aws import AwsFaults
from tests.functions.clinic import Answer, Clinic

MAX_IMAGES: Final = 3
# What a person takes from one step to the next.
_STEP_MS: Final = 3000
# The pages' own: functions/web/static/js/http.js.
_RETRY_S: Final = (1, 2, 4)
_LONGEST_RETRY_AFTER_S: Final = 60
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_EVENT_RETRY_S: Final = (60, 120)
_HOUR_MS: Final = 3_600_000
# What Redis has missed it may say for a minute, says the page; a second more, so that it is over.
BELIEVED_MS: Final = 61_000
# Links die after five minutes, and places five later.
_UNTIL_PLACES_LAPSE_MS: Final = 11 * 60_000
LEFT: Final = {"laterality": {"code": "left", "display": "Left"}}

Kind = Literal["failed", "lost", "twice", "beyond the limit", "gap", "counted twice", "risen", "contradiction", "stale"]


@dataclass(frozen=True)
class Finding:
    """Something that must not be; `stale` may be: that which was right a minute ago, before Redis missed a change."""

    kind: Kind
    step: str
    text: str


class StuckError(Exception):
    """A step failed without which the others make no sense."""


@dataclass
class FaultyClinic(Clinic):
    """The clinic, whose functions meet the faults of AWS, and whose clock is moved instead of sleeping."""

    faults: AwsFaults = field(default_factory=AwsFaults)

    def invoke(self, function: str, event: Any) -> Any:
        with self.faults.inside():
            return super().invoke(function, event)

    def wait(self, ms: float) -> None:
        self.wiring.ahead_ms += int(ms)


@dataclass
class Job:
    """One run of the job; what goes wrong is found, not raised."""

    clinic: FaultyClinic
    phone: str = "+64215550177"
    findings: list[Finding] = field(default_factory=list)
    step: str = ""
    access: str = ""
    refresh: str = ""
    qr: str = ""
    upload: str = ""
    # Whether the pages repeat what failed, as they do; a fault of Redis must not even need that.
    patient: bool = True
    # The steps in which Redis, or the function that was to tell it, may have missed a change.
    missed: set[str] = field(default_factory=set)
    calls: int = 0
    send_calls: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    # The counters, read past every fault; None where what Redis was told in one step may reach it in another. What they
    # came to, of the facility and of all.
    counters: Counters | None = None
    counted: dict[str | None, dict[str, int]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Register the clinician, five minutes past some hour: purses are by the hour."""
        clinic = self.clinic
        clinic.wait((5 * 60_000 - clinic.wiring.now_ms()) % _HOUR_MS)
        clinic.member(clinic.facility, ("clinician",), phone=self.phone)

    def do(self, step: "Step") -> None:
        """Do one step; raises StuckError."""
        self.step = name_of(step)
        self.clinic.wait(_STEP_MS)
        texts = len(self._texts())
        step(self)
        self._compare_counters(len(self._texts()) - texts)

    def find(self, kind: Kind, text: str) -> None:
        self.findings.append(Finding(kind, self.step, text))

    def asks_for_a_code(self) -> None:
        self._send()
        if not self._texts():
            self.find("failed", "no message came")
            self.clinic.wait(31_000)
            self._send()
        if not self._texts():
            raise StuckError

    def mistypes_the_code(self) -> None:
        right = self.clinic.wiring.texts.code_for(self.phone)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        before = self.calls
        self._reach(lambda: self.clinic.verify(self.phone, wrong), 401)
        person, calls = self._person(), self.calls - before
        self._counted("failures", int(person["failures"]), 1, calls)
        self._counted("checks", int(person.get("code", {}).get("checks", -1)), 1, calls)

    def signs_in(self) -> None:
        answer = self._must(lambda: self.clinic.verify(self.phone, self.clinic.wiring.texts.code_for(self.phone)), 200)
        self.access, self.refresh = answer.json["accessToken"], answer.json["refreshToken"]
        person = self._person()
        self._counted("failures after signing in", int(person["failures"]), 0)
        sends = len(person["sends"])
        self._counted("sends", sends, len(self._texts()), self.send_calls)
        settings = self.clinic.wiring.settings
        allowances = settings.sms_prefix_allowance + settings.sms_address_allowance
        self._counted("what purses hold", self._credits() - allowances, 2 * (SENDS_PER_USE - sends))

    def opens_a_session(self) -> None:
        body = {"encounterId": self.clinic.encounter, "patientId": "PAT-2002", "facilityId": self.clinic.facility}
        answer = self._must(lambda: self.clinic.call("session_create", body, token=self.access), 201)
        self.qr = answer.json["token"]

    def scans_the_code(self) -> None:
        answer = self._must(lambda: self.clinic.validate(self.qr), 200)
        self.upload = answer.json["uploadToken"]

    def asks_for_a_link(self) -> None:
        self._ask("a")

    def uploads(self) -> None:
        self.clinic.store(self.keys["a"])

    def says_so(self) -> None:
        self._notify("a")

    def s3_says_so_too(self) -> None:
        self._event("a")

    def second_photo_without_a_word(self) -> None:
        self._ask("b")
        self.clinic.store(self.keys["b"])
        self._event("b")

    def third_photo(self) -> None:
        self._ask("c")
        self.clinic.store(self.keys["c"])
        self._notify("c")

    def third_photo_is_said_again(self) -> None:
        self._notify("c")
        self._event("c")

    def asks_beyond_the_limit(self) -> None:
        self.clinic.wait(_UNTIL_PLACES_LAPSE_MS)
        self._ask_too_many("e")

    def lists(self) -> None:
        self._list({"a": 1, "b": 2, "c": 3})

    def describes(self) -> None:
        path = {"encounterId": self.clinic.encounter, "imageId": "b"}
        self._reach(lambda: self.clinic.call("image_update", {"metadata": LEFT}, token=self.access, path=path), 200)

    def deletes(self) -> None:
        path = {"encounterId": self.clinic.encounter, "imageId": "a"}
        # To the page what is gone is deleted.
        self._reach(lambda: self.clinic.call("image_delete", token=self.access, path=path), 200, 404)

    def comes_late_for_the_deleted(self) -> None:
        # As a phone does whose first call was cut off: its link still works.
        self.clinic.store(self.keys["a"])
        self._refused(lambda: self.clinic.notify(self.upload, self.keys["a"]), "image-deleted", "risen")
        self._event("a")
        self._refused(lambda: self.clinic.ask(self.upload, "a"), "image-deleted", "risen")

    def takes_another(self) -> None:
        self._ask("d")
        self.clinic.store(self.keys["d"])
        self._notify("d")
        self._ask_too_many("f")

    def refreshes_the_sign_in(self) -> None:
        answer = self._must(lambda: self.clinic.call("auth_refresh", {"refreshToken": self.refresh}), 200)
        self.access, self.refresh = answer.json["accessToken"], answer.json["refreshToken"]
        self._reach(lambda: self.clinic.call("auth_me", token=self.access), 200)

    def lists_again(self) -> None:
        self._list({"b": 2, "c": 3, "d": 4})

    def ends_the_session(self) -> None:
        path = {"encounterId": self.clinic.encounter}
        # To the page what has ended is ended.
        self._reach(lambda: self.clinic.call("session_end", token=self.access, path=path), 204, 404)

    def comes_after_the_end(self) -> None:
        self._refused(lambda: self.clinic.validate(self.qr), "token-expired-or-invalid", "risen")
        self._refused(lambda: self.clinic.ask(self.upload, "g"), "session-not-found", "risen")
        self._refused(lambda: self.clinic.notify(self.upload, self.keys["c"]), "session-not-found", "risen")

    def _send(self) -> None:
        before = self.calls
        self._reach(lambda: self.clinic.call("otp_send", {"phone": self.phone}), 202)
        self.send_calls += self.calls - before

    def _texts(self) -> list[str]:
        return [text for to, text in self.clinic.wiring.texts.messages if to == self.phone]

    def _person(self) -> dict[str, Any]:
        return self.clinic.person(self.phone) or {}

    def _credits(self) -> int:
        items = client("dynamodb").scan(TableName=IDENTITY)["Items"]
        return sum(int(item["credit"]["N"]) for item in items if "credit" in item)

    def _counted(self, what: str, found: int, wanted: int, at_most: int = 0) -> None:
        """Find a count that is wrong; a page that repeats a call may be counted `at_most` as often as it called."""
        if not wanted <= found <= max(wanted, at_most):
            self.find("counted twice", f"{what}: {found}, not {wanted}")

    def _ask(self, image_id: str) -> None:
        answer = self._must(lambda: self.clinic.ask(self.upload, image_id), 200)
        self.keys[image_id] = answer.json["s3Key"]

    def _ask_too_many(self, image_id: str) -> None:
        beyond = f"a link for one photo more than {MAX_IMAGES}"
        answer = self._try(lambda: self.clinic.ask(self.upload, image_id))
        if answer.status == 200:
            self.clinic.store(answer.json["s3Key"])
            taken = self._try(lambda: self.clinic.notify(self.upload, answer.json["s3Key"])).status != 409
            self.clinic.wait(BELIEVED_MS)
            answer = self._try(lambda: self.clinic.ask(self.upload, f"{image_id}-2"))
            right = self.missed and not taken and answer.status != 200
            self.find("stale" if right else "beyond the limit", beyond)
        if answer.status != 200:
            self._check(answer, {409})

    def _notify(self, image_id: str) -> None:
        answer = self._reach(
            lambda: self.clinic.notify(self.upload, self.keys[image_id], metadata={"notes": image_id}), 201, 200
        )
        if answer:
            told = answer.json["sequence"]
            if self.sequences.setdefault(image_id, told) != told:
                self.find("twice", f"{image_id} has the numbers {self.sequences[image_id]} and {told}")

    def _event(self, image_id: str) -> None:
        for pause in (*(_EVENT_RETRY_S if self.patient else ()), None):
            try:
                self.clinic.watch(self.keys[image_id])
            except (BedsideError, ClientError, BotoCoreError) as error:
                if pause is None:
                    self.find("failed", f"S3's event: {error!r}")
                    return
                self.clinic.wait(pause * 1000)
            else:
                return

    def _list(self, wanted: dict[str, int]) -> None:
        path = {"encounterId": self.clinic.encounter}
        answer = self._reach(lambda: self.clinic.call("image_list", token=self.access, path=path, query={}), 200)
        if answer:
            shown = [(image["imageId"], image["sequence"]) for image in answer.json["images"]]
            self._compare(shown, wanted)

    def _compare(self, shown: list[tuple[str, int]], wanted: dict[str, int]) -> None:
        ids = [image_id for image_id, _ in shown]
        if missing := set(wanted) - set(ids):
            self.find("lost", f"{sorted(missing)} of {shown}")
        if len(set(ids)) < len(ids) or len({number for _, number in shown}) < len(ids):
            self.find("twice", str(shown))
        if "a" in set(ids) - set(wanted):
            self.find("risen", str(shown))
        if len(shown) > MAX_IMAGES:
            self.find("beyond the limit", str(shown))
        if not missing and dict(shown) != wanted:
            self.find("gap", f"{shown}, not {wanted}")

    def _refused(self, call: Callable[[], Answer], slug: str, kind: Kind) -> None:
        answer = self._try(call)
        if answer.status < 300:
            self.clinic.wait(BELIEVED_MS)
            first, answer = answer, self._try(call)
            if answer.status < 300:
                self.find(kind, f"{answer.status} instead of {slug}")
                return
            change = "ends the session" if self.step == "comes after the end" else "deletes"
            self.find("stale" if change in self.missed else kind, f"{first.status} instead of {slug} within a minute")
        if self._check(answer, {404}) and answer.slug != slug:
            self.find("failed", f"{answer.slug} instead of {slug}")

    def _must(self, call: Callable[[], Answer], *wanted: int) -> Answer:
        answer = self._reach(call, *wanted)
        if answer is None:
            raise StuckError
        return answer

    def _reach(self, call: Callable[[], Answer], *wanted: int) -> Answer | None:
        """Call as the pages do; None where the answer is not one of those wanted, which the user sees."""
        answer = self._try(call)
        return answer if self._check(answer, wanted) else None

    def _try(self, call: Callable[[], Answer]) -> Answer:
        self.calls += 1
        answer = call()
        for wait_s in _RETRY_S if self.patient else ():
            if answer.status < 500 and answer.status != 429:  # what the pages repeat
                break
            asked = int(answer.headers.get("retry-after", "0"))
            if asked > _LONGEST_RETRY_AFTER_S:
                break
            self.clinic.wait(max(wait_s, asked) * 1000)
            self.calls += 1
            answer = call()
        return answer

    def _check(self, answer: Answer, wanted: Collection[int]) -> bool:
        if answer.status in wanted:
            return True
        slug = json.loads(answer.text).get("type", "").rpartition("/")[2] if answer.text else ""
        self.find("failed", f"{answer.status} {slug}, not {' or '.join(map(str, wanted))}")
        return False

    def look_back(self) -> None:
        """Compare what was done with the record and the bucket."""
        self.step = "the end"
        item = self.clinic.item() or {}
        slots = {image_id: int(slot) for image_id, slot in item["slots"].items()}
        arrived = sorted((slot, image_id) for image_id, slot in slots.items() if image_id in item["images"])
        self._compare([(image_id, slot) for slot, image_id in arrived], {"b": 2, "c": 3, "d": 4})
        self._counted("sequence", int(item["sequence"]), 4)
        # Four arrived, one was described, one deleted, and it ended.
        self._counted("revision", int(item["revision"]), 7)
        if item["open"]:
            self.find("risen", "the session is still open")
        if set(item.get("deletedImages", ())) != {"a"}:
            self.find("risen", f"deleted: {item.get('deletedImages')}")
        if item["images"]["b"]["metadata"] != LEFT:
            self.find("lost", f"what was said of b: {item['images']['b']['metadata']}")
        if item["images"]["c"]["metadata"] != {"notes": "c"}:
            self.find("lost", f"what was said of c: {item['images']['c']['metadata']}")
        stored = {each["Key"] for each in client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])}
        if lost := {self.keys[each] for each in "bcd"} - stored:
            self.find("lost", f"not in the bucket: {sorted(lost)}")
        if self.keys["a"] in stored:
            self.find("risen", "the deleted photo is in the bucket")
        families = Table(IDENTITY).get(self.clinic.user_id(self.phone)) or {}
        self._counted("sign-ins", len(families["families"]), 2)  # the one that it was made with, and this

    def _compare_counters(self, texts: int) -> None:
        """Compare the counters with those before the step: what Redis missed is not counted, and nothing twice."""
        if self.counters is None:
            return
        # No step does any of these things more than once, but for messages.
        most = {"sessionsOpened": 1, "photosArrived": 1, "signIns": 1, "codesSent": texts}
        for whose in (self.clinic.facility, None):
            before = self.counted.get(whose, dict.fromkeys(most, 0))
            hours, _ = self.counters.read(whose, 48, 0, self.clinic.wiring.now_ms()) or ([], [])
            found = {name: sum(hour.counts.get(name, 0) for hour in hours) for name in most}
            for name, number in found.items():
                if number - before[name] > most[name]:
                    self.find("counted twice", f"{name} of {whose or 'all'}: {number} after {before[name]}")
            self.counted[whose] = found


type Step = Callable[[Job], None]

STEPS: Final[tuple[Step, ...]] = (
    Job.asks_for_a_code,
    Job.mistypes_the_code,
    Job.signs_in,
    Job.opens_a_session,
    Job.scans_the_code,
    Job.asks_for_a_link,
    Job.uploads,
    Job.says_so,
    Job.s3_says_so_too,
    Job.second_photo_without_a_word,
    Job.third_photo,
    Job.third_photo_is_said_again,
    Job.asks_beyond_the_limit,
    Job.lists,
    Job.describes,
    Job.deletes,
    Job.comes_late_for_the_deleted,
    Job.takes_another,
    Job.refreshes_the_sign_in,
    Job.lists_again,
    Job.ends_the_session,
    Job.comes_after_the_end,
)


def name_of(step: Step) -> str:
    """Give a step's name in words."""
    return str(getattr(step, "__name__", "")).replace("_", " ")
