"""The capture job as its users do it, step by step: from signing in to the end of the session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from bedside import domains
from bedside.adapters.aws.dynamodb import Table
from bedside.identity.otp import SENDS_PER_USE
from bedside.platform.transient.counters import Counters
from tests.conftest import BUCKET, IDENTITY, client
from tests.faults.aws import OF_WRITES, Service
from tests.faults.job import Job, Kind, Step, StuckError, known_hash
from tests.functions.clinic import PSEUDONYM_KEY, Answer, event_of

MAX_IMAGES: Final = 3
_HOUR_MS: Final = 3_600_000
# What Redis has missed it may say for a minute, says the page; a second more, so that it is over.
BELIEVED_MS: Final = 61_000
# Links die after five minutes, and places five later.
_UNTIL_PLACES_LAPSE_MS: Final = 11 * 60_000
# Photos stay for an hour after they have arrived; what the sweeper fails at it postpones by ten minutes.
_UNTIL_PHOTOS_VANISH_MS: Final = 61 * 60_000
_UNTIL_SWEPT_AGAIN_MS: Final = 11 * 60_000
_SWEEPS: Final = 4
LEFT: Final = {"laterality": {"code": "left", "display": "Left", "snomed": "7771000"}}


@dataclass
class Capture(Job):
    """One run of the job."""

    NAME: ClassVar[str] = "capture"

    phone: str = "+64215550177"
    access: str = ""
    refresh: str = ""
    qr: str = ""
    upload: str = ""
    send_calls: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    # What the counters, read past every fault, came to, of the facility and of all.
    counted: dict[str | None, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def meets(cls, service: Service, fault: str, step: Step) -> bool:
        if fault == "transaction lost":
            return service == "dynamodb" and step in {Capture.asks_for_a_code, Capture.signs_in}
        if service == "s3" and fault in OF_WRITES and step is Capture.takes_another:  # there it is only asked
            return False
        return service == "dynamodb" or (service == "s3" and step in _ASKING_S3)

    def prepare(self) -> None:
        """Register the clinician, five minutes past some hour: purses are by the hour."""
        clinic = self.clinic
        clinic.wait((5 * 60_000 - clinic.wiring.now_ms()) % _HOUR_MS)
        clinic.member(clinic.facility, ("clinician",), phone=self.phone)
        # So that photos vanish an hour after they have arrived.
        settings = {"name": "Kauri", "country": "NZ", "timeZone": "Pacific/Auckland", "photoRetentionDays": 0}
        admin = clinic.member(clinic.facility, ("facilityAdmin",))
        path, headers = {"facilityId": clinic.facility}, {"if-match": '"0"'}
        answer = clinic.call("users_save_facility", settings, token=admin, path=path, headers=headers)
        if answer.status != 200:  # HTTP's success
            self.find("failed", f"the facility's settings: {answer}")

    def do(self, step: Step) -> None:
        texts = len(self._texts())
        if step is Capture.ends_the_session:
            self._compare_redis()
        super().do(step)
        self._compare_counters(len(self._texts()) - texts)

    def asks_for_a_code(self) -> None:
        self._send()
        if not self._texts():
            self.find("failed", "no message came")
            self.clinic.wait(31_000)
            self._send()
        if not self._texts():
            raise StuckError

    def mistypes_the_code(self) -> None:
        right = self.clinic.wiring.identity.sms.code_for(self.phone)
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        before = self.calls
        self._reach(lambda: self.clinic.verify(self.phone, wrong), 401)
        person, calls = self._person(), self.calls - before
        self._counted("failures", int(person["failures"]), 1, calls)
        self._counted("checks", int(person.get("checks", -1)), 1, calls)

    def signs_in(self) -> None:
        code = self.clinic.wiring.identity.sms.code_for(self.phone)
        body = {"phone": self.phone, "otp": code, "attemptId": "attempt-of-this-browser"}
        answer = self._must(lambda: self.clinic.call("otp_verify", body), 200)
        self.access, self.refresh = answer.json["accessToken"], answer.json["refreshToken"]
        person = self._person()
        self._counted("failures after signing in", int(person["failures"]), 0)
        sends = len(person["usedSends"])
        self._counted("sends", sends, len(self._texts()), self.send_calls)
        settings = self.clinic.wiring.identity.settings
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
        self._reach(lambda: self.clinic.show(self.upload, "a"), 204)
        self._ask("a")

    def uploads(self) -> None:
        self.clinic.store(self.keys["a"])

    def says_so(self) -> None:
        self._notify("a")

    def s3_says_so_too(self) -> None:
        self._stored("a")

    def second_photo_without_a_word(self) -> None:
        self._ask("b")
        self.clinic.store(self.keys["b"])
        self._stored("b")

    def third_photo(self) -> None:
        self._ask("c")
        self.clinic.store(self.keys["c"])
        self._notify("c")

    def third_photo_is_said_again(self) -> None:
        self._notify("c")
        self._stored("c")

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
        self._stored("a")
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

    def keeps_one(self) -> None:
        path = {"encounterId": self.clinic.encounter, "imageId": "b"}
        self._reach(lambda: self.clinic.call("image_keep_hold", token=self.access, path=path), 200)

    def ends_the_session(self) -> None:
        path = {"encounterId": self.clinic.encounter}
        # To the page what has ended is ended.
        self._reach(lambda: self.clinic.call("session_end", token=self.access, path=path), 204, 404)

    def comes_after_the_end(self) -> None:
        self._refused(lambda: self.clinic.validate(self.qr), "token-expired-or-invalid", "risen")
        self._refused(lambda: self.clinic.show(self.upload, "g"), "session-not-found", "risen")
        self._refused(lambda: self.clinic.ask(self.upload, "g"), "session-not-found", "risen")
        self._refused(lambda: self.clinic.notify(self.upload, self.keys["c"]), "session-not-found", "risen")

    def photos_vanish(self) -> None:
        """The sweeper comes until it has done what it could not do before."""
        self._compare_stored({"b": 2, "c": 3, "d": 4})
        self.clinic.wait(_UNTIL_PHOTOS_VANISH_MS)
        for _ in range(_SWEEPS):
            self._event(lambda: self.clinic.invoke("sweep", event_of("sweep"), remaining_ms=240_000))
            self.clinic.wait(_UNTIL_SWEPT_AGAIN_MS)

    def _send(self) -> None:
        before = self.calls
        self._reach(lambda: self.clinic.call("otp_send", {"phone": self.phone}), 202)
        self.send_calls += self.calls - before

    def _texts(self) -> list[str]:
        return [text for to, text in self.clinic.wiring.identity.sms.messages if to == self.phone]

    def _person(self) -> dict[str, Any]:
        return self.clinic.person(self.phone) or {}

    def _credits(self) -> int:
        items = client("dynamodb").scan(TableName=IDENTITY)["Items"]
        return sum(int(item["credit"]["N"]) for item in items if "credit" in item)

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

    def _stored(self, image_id: str) -> None:
        """Let S3 tell of a photo."""
        if failure := self._event(lambda: self.clinic.watch(self.keys[image_id])):
            self.find("failed", f"S3's event: {failure!r}")

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

    def look_back(self) -> None:
        """Come once more after the end, and compare what was done with Redis, the record and the bucket."""
        self.comes_after_the_end()
        self._compare_redis()
        self.step = "the end"
        self._compare_stored({"b": 2})
        item = self.clinic.item() or {}
        self._counted("sequence", int(item["sequence"]), 4)
        # Four arrived, one was described, one deleted, one kept, it ended, and two vanished at once.
        self._counted("revision", int(item["revision"]), 9)
        if item["open"]:
            self.find("risen", "the session is still open")
        if set(item.get("deletedImages", ())) != {"a"}:
            self.find("risen", f"deleted: {item.get('deletedImages')}")
        families = Table(IDENTITY).get(self.clinic.user_id(self.phone)) or {}
        self._counted("sign-ins", len(families["families"]), 2)  # the one that it was made with, and this

    def _compare_stored(self, wanted: dict[str, int]) -> None:
        """Compare the photos in the record and the bucket with those that should be there."""
        item = self.clinic.item() or {}
        slots = {image_id: int(slot) for image_id, slot in item["slots"].items()}
        arrived = sorted((slot, image_id) for image_id, slot in slots.items() if image_id in item["images"])
        self._compare([(image_id, slot) for slot, image_id in arrived], wanted)
        # The code of SNOMED CT follows from the side: it is told, not stored.
        left = {"laterality": {"code": "left", "display": "Left"}}
        for image_id, said in {"b": left, "c": {"notes": "c"}}.items():
            image = item["images"].get(image_id)
            if image and image["metadata"] != said:
                self.find("lost", f"what was said of {image_id}: {image['metadata']}")
        stored = {each["Key"] for each in client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])}
        if lost := {self.keys[each] for each in wanted} - stored:
            self.find("lost", f"not in the bucket: {sorted(lost)}")
        if risen := {self.keys[each] for each in set("abcd") - set(wanted)} & stored:
            self.find("risen", f"in the bucket: {sorted(risen)}")

    def _compare_redis(self) -> None:
        """Compare what is believed of Redis with the record."""
        item = self.clinic.item() or {}
        known = known_hash(self.redis, f"bedside:test:session:{item['pk']}")
        believed_ms = int(known.get("b", 0)) - self.clinic.wiring.now_ms()
        if believed_ms > 0:
            for text in contradictions(known, item):
                self.find("stale" if self.missed and believed_ms <= BELIEVED_MS else "contradiction", text)

    def _compare_counters(self, texts: int) -> None:
        """Compare the counters with those before the step: what Redis missed is not counted, and nothing twice."""
        if self.tardy:
            return
        counters = Counters(self.redis, "test", PSEUDONYM_KEY)
        # No step does any of these things more than once, but for messages.
        most = {"sessionsOpened": 1, "photosArrived": 1, "signIns": 1, "codesSent": texts}
        for whose in (self.clinic.facility, None):
            before = self.counted.get(whose, dict.fromkeys(most, 0))
            hours, _ = counters.read(domains.counters(), whose, 48, 0, self.clinic.wiring.now_ms()) or ([], [])
            found = {name: sum(hour.counts.get(name, 0) for hour in hours) for name in most}
            for name, number in found.items():
                if number - before[name] > most[name]:
                    self.find("counted twice", f"{name} of {whose or 'all'}: {number} after {before[name]}")
            self.counted[whose] = found


Capture.STEPS = (
    Capture.asks_for_a_code,
    Capture.mistypes_the_code,
    Capture.signs_in,
    Capture.opens_a_session,
    Capture.scans_the_code,
    Capture.asks_for_a_link,
    Capture.uploads,
    Capture.says_so,
    Capture.s3_says_so_too,
    Capture.second_photo_without_a_word,
    Capture.third_photo,
    Capture.third_photo_is_said_again,
    Capture.asks_beyond_the_limit,
    Capture.lists,
    Capture.describes,
    Capture.deletes,
    Capture.comes_late_for_the_deleted,
    Capture.takes_another,
    Capture.refreshes_the_sign_in,
    Capture.lists_again,
    Capture.keeps_one,
    Capture.ends_the_session,
    Capture.comes_after_the_end,
    Capture.photos_vanish,
)
Capture.DELIVERING = frozenset({Capture.deletes, Capture.ends_the_session})
_ASKING_S3: Final = frozenset(
    {
        Capture.says_so,
        Capture.third_photo,
        Capture.third_photo_is_said_again,
        Capture.deletes,
        Capture.comes_late_for_the_deleted,
        Capture.takes_another,
        Capture.keeps_one,
        Capture.photos_vanish,
    }
)


def contradictions(known: Mapping[str, str], item: Mapping[str, Any]) -> list[str]:
    """Tell where a session in Redis says what the record denies; that Redis knows less is no contradiction."""
    if not known:
        return []
    if known["s"] != str(item["started"]):
        return [f"another session: {known['s']}"]
    if not item["open"]:
        return [] if "over" in known else ["Redis does not know that the session is over"]
    found = ["Redis calls an open session over"] if "over" in known else []
    if int(known["e"]) > item["expiresAt"]:
        found.append(f"life until {known['e']}, not {item['expiresAt']}")
    for key, value in known.items():
        name = key[2:]
        if key.startswith("t:") and int(value) != item["tokens"].get(name):
            found.append("a token that the record does not have")
        if key.startswith("i:"):
            deleted = name in item.get("deletedImages", ())
            if (value == "gone") != deleted or (value == "here" and name not in item["images"]):
                found.append(f"{name} is {value if value in {'here', 'gone'} else 'held'}")
    return found
