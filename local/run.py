"""Starts the local cloud, deploys the template into it and keeps it running until Ctrl-C or SIGTERM."""

import os
import secrets
import signal
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Self

import httpx

from local import (
    certificate,
    cloud,
    demo,
    demo_bookings,
    demo_patients,
    demo_plans,
    demo_record,
    demo_visits,
    ports,
    redis,
    settings,
    stack_file,
)
from local.child import Child
from local.demo_people import PEOPLE
from local.deployment import STACK, Deployment, builds_of
from local.front import Target
from local.front_server import FrontServer
from local.greeting import greet
from local.outside import Outside
from local.parameters import LIVE_STAGE, STAGE, keep_secrets, template_parameters
from local.patches.api_id import api_id
from local.upstash import start_bridge
from local.warm_up import warm_up

_HEALTHY_SECONDS = 60.0


class Stopped(Exception):  # noqa: N818 (it is no error)
    """The run was asked to end."""


def main(root: Path = cloud.ROOT) -> int:
    """Run the template of `root` until stopped; returns the exit code: 0 after Ctrl-C or SIGTERM, 1 after a failure."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        chosen = settings.read()
        if not _ports_are_free(chosen):
            return 1
        if not cloud.INTERPRETER.exists():
            print("the emulator is not installed (.cache/cloud); `make run` installs it", file=sys.stderr)
            return 1
        with Run(chosen, root) as run:
            run.start()
            run.watch()
    except Stopped:
        return 0
    except (RuntimeError, ValueError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 1


class Run:
    """One run: its processes, its front and its stack file, all gone when it leaves."""

    def __init__(self, chosen: settings.Settings, root: Path) -> None:
        self._settings = chosen
        self._root = root
        self._children: list[Child] = []
        self._server: FrontServer | None = None
        self._secrets = demo.make_keys()
        self._outside = Outside(chosen.origin, chosen.time_scale)
        self._ehr = self._outside.records()
        self._redis_token = secrets.token_urlsafe(32)
        self._emulator = cloud.Emulator.on(chosen.cloud_port)
        self._page_key = secrets.token_urlsafe(16) if chosen.lan else ""

    def __enter__(self) -> Self:
        # Logs, settings and keys of a run are nobody else's on this machine.
        self._settings.state.mkdir(parents=True, exist_ok=True)
        self._settings.state.parent.chmod(0o700)
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not leave half of it running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        print("\nstopping …", flush=True)
        stack_file.remove(self._settings.stack_file)
        if self._server:
            self._server.stop()
        for child in reversed(self._children):
            child.stop()
        self._outside.close()

    def start(self) -> None:
        """Bring everything up; prints one line with its seconds for every step."""
        chosen, started = self._settings, time.monotonic()
        with _step("Redis"):
            child, path = redis.start(chosen.state)
            self._own(child)
        with _step("Upstash bridge"):
            self._own(start_bridge(chosen.bridge_port, path, self._redis_token, chosen.state))
        with _step("AWS (MiniStack)"):
            self._own(cloud.start(self._emulator, chosen.state, chosen.names))
            keep_secrets(
                self._emulator,
                {
                    **self._secrets,
                    **self._outside.secrets(),
                    "redis-url": f"http://127.0.0.1:{chosen.bridge_port}",
                    "redis-token": self._redis_token,
                },
            )
        # Runs at other ports share the builds of the same source.
        deployment = Deployment(self._emulator, chosen.state, builds_of(self._root), self._root)
        with deployment.locked():
            with _step("sam build") as say:
                say("" if deployment.build() else "unchanged, skipped")
            with _step("sam deploy"):
                outputs = deployment.deploy(template_parameters(chosen, self._emulator, self._outside))
        with _step("demo people"):
            people = demo.enrol(self._emulator, STAGE, self._secrets)
        with _step("pages and health"):
            self._serve(outputs)
        if chosen.warm:
            with _step("warm-up"), self._http() as http:
                warm_up(http, self._emulator)
        with _step("demo visits") as say, self._http() as http:
            introduced = demo.introduce(http, people) and demo_patients.add(http, people)
            offered = introduced and demo_bookings.offer(http, people)
            planned = offered and demo_plans.plan(http, people)
            connected = planned and demo_record.connect(http, people, self._ehr, chosen.origin)
            say("" if connected and demo_visits.book(http, people) else "not booked")
        self._write_stack_file(outputs, people)
        greet(chosen, self._page_key, time.monotonic() - started)

    def watch(self) -> None:
        """Wait; raises RuntimeError when a process of ours has ended."""
        while True:
            for child in self._children:
                if not child.is_running():
                    raise RuntimeError(f"{child.name} has ended unexpectedly; its last lines:\n{child.last_words()}")
            time.sleep(0.5)

    def _own(self, child: Child) -> None:
        self._children.append(child)
        pids = {"run": os.getpid()} | {each.name: each.pid for each in self._children}
        ports.remember(self._settings.state / "pids.json", pids)

    def _serve(self, outputs: dict[str, str]) -> None:
        chosen = self._settings
        target = Target(
            self._emulator,
            api_id(STACK, "HttpApi"),
            outputs.get("LiveApiId", api_id(STACK, "LiveApi")),
            LIVE_STAGE,
            tuple(outputs[name] for name in ("CaptureBucketName", "RecordingsBucketName") if name in outputs),
            chosen.names,
            self._page_key,
        )
        files = certificate.create(chosen.address, chosen.state / "tls") if chosen.lan else None
        address, verify = self._front()
        hms, stripe = self._outside.provider(address, verify), self._outside.payments(address, verify)
        push, novu = self._outside.push(), self._outside.carrier(address, verify)
        self._server = FrontServer(target, chosen, files, hms, stripe, self._outside.listener, push, novu, self._ehr)
        self._server.start()
        with self._http() as http:
            deadline = time.monotonic() + _HEALTHY_SECONDS
            while (answer := http.get("/health")).status_code != httpx.codes.OK:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"GET /health still answers {answer.status_code}: {answer.text[:300]}")
                time.sleep(0.2)

    def _front(self) -> tuple[str, ssl.SSLContext | bool]:
        """Return the front's address on loopback, and which certificate to trust there."""
        chosen = self._settings
        if not chosen.lan:
            return f"http://127.0.0.1:{chosen.port}", True
        trusted = ssl.create_default_context(cafile=str(chosen.state / "tls/certificate.pem"))
        return f"https://127.0.0.1:{chosen.port}", trusted

    def _http(self) -> httpx.Client:
        address, verify = self._front()
        return httpx.Client(base_url=address, verify=verify, timeout=_HEALTHY_SECONDS, trust_env=False)

    def _write_stack_file(self, outputs: dict[str, str], people: dict[str, demo.Enrolled]) -> None:
        chosen = self._settings
        content: dict[str, Any] = {
            "apiUrl": chosen.origin,
            "webUrl": chosen.origin,
            "wsUrl": chosen.live_url,
            "redisRestUrl": f"http://127.0.0.1:{chosen.bridge_port}",
            "redisRestToken": self._redis_token,
            "awsEndpointUrl": self._emulator.endpoint,
            "awsAccessKeyId": self._emulator.access_key,
            "awsSecretAccessKey": self._emulator.secret_key,
            "region": cloud.REGION,
            "bucket": outputs["CaptureBucketName"],
            "captureTable": outputs["CaptureTableName"],
            "outboxUrl": f"{chosen.origin}/outbox",
            "hmsUrl": f"{chosen.origin}/hms",
            "stripeUrl": f"{chosen.origin}/stripe",
            "ehrUrl": f"{chosen.origin}/ehr",
            "pageKey": self._page_key,
            "webhooks": self._outside.webhooks(),
            "timeScale": chosen.time_scale,
            "practitionerId": people["clinician"].user_id,
            "patientId": people["patient"].user_id,
            **{f"{key}Token": person.token for key, person in people.items()},
            "people": {
                person.key: {
                    "phone": person.phone,
                    "userId": people[person.key].user_id,
                    "facilityId": person.facility_id,
                }
                for person in PEOPLE
            },
            "pids": {"run": os.getpid()} | {child.name: child.pid for child in self._children},
        }
        stack_file.write(chosen.stack_file, content)


def _ports_are_free(chosen: settings.Settings) -> bool:
    busy = ports.taken(chosen.ports)
    if not busy:
        return True
    print(f"Port {', '.join(map(str, busy))} is taken; looking whether that is an earlier run …", flush=True)
    if ports.stop_earlier(chosen.state / "pids.json", chosen.ports):
        print("It was; it is stopped now.", flush=True)
        return True
    print(
        f"It is another program's. Free it, or choose three other ports in a row: make run PORT={chosen.port + 1000}",
        file=sys.stderr,
    )
    return False


@contextmanager
def _step(name: str) -> Iterator[Callable[[str], None]]:
    """Print a step's name at once and its seconds when it is done."""
    notes: list[str] = []
    print(f"  {name:<18}", end="", flush=True)
    started = time.monotonic()
    yield notes.append
    print(f"{time.monotonic() - started:6.1f} s  {' '.join(notes)}", flush=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped
