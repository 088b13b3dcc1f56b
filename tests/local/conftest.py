import asyncio
import shutil
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from local import cloud, redis
from local.deployment import Deployment, architecture, builds_of
from local.front import Front, Target
from local.handshake import Handshake
from local.upstash import start_bridge
from tests.local.places import BRIDGE_TOKEN, FIXTURES, Stack, Store, free_port


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if not cloud.INTERPRETER.exists():
        pytest.fail("the emulator is not installed in .cache/cloud: `make test` installs it")
    state, emulator = tmp_path_factory.mktemp("cloud"), cloud.Emulator.on(free_port())
    child = cloud.start(emulator, state)
    try:
        deployment = Deployment(emulator, state, builds_of(FIXTURES), FIXTURES)
        with deployment.locked():
            deployment.build()
            outputs = deployment.deploy({"Architecture": architecture()})
        yield Stack(emulator, state, outputs)
    finally:
        child.stop()
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def origin(stack: Stack) -> Iterator[str]:
    """Serve the front of the fixture stack; gives its origin."""
    target = Target(
        stack.emulator,
        stack.outputs["HttpApiId"],
        stack.outputs["LiveApiId"],
        "live",
        (stack.outputs["CaptureBucketName"],),
    )
    front, port = Front(target), free_port()
    config = uvicorn.Config(
        front, "127.0.0.1", port, log_level="warning", lifespan="off", ws=Handshake, proxy_headers=False
    )
    server = uvicorn.Server(config)

    async def serve() -> None:
        await server.serve()
        await front.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"localhost:{port}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def running_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    state = tmp_path_factory.mktemp("store")
    server, path = redis.start(state)
    port = free_port()
    bridge = start_bridge(port, path, BRIDGE_TOKEN, state)
    yield Store(f"http://127.0.0.1:{port}", path)
    bridge.stop()
    server.stop()


@pytest.fixture
def store(running_store: Store) -> Store:
    """A Redis that knows nothing, behind the bridge."""
    with running_store.client() as rest:
        for command in (["FLUSHALL"], ["SCRIPT", "FLUSH"]):
            assert rest.post("/", json=command).json() == {"result": "OK"}
    return running_store
