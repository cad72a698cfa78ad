"""What the web server itself writes down of requests whose addresses name somebody: nothing (TRUST 37)."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ilpes_lms import config, supervisor
from ilpes_lms.config import ROOT
from tests.running.processes import until

CANARY = "Quetzalcoatl"
# Found, not found, forged, and no HTTP at all.
REQUESTS = (
    f"GET /help?name={CANARY} HTTP/1.1\r\n", f"GET /no/{CANARY} HTTP/1.1\r\n", f"POST /sign-up?x={CANARY} HTTP/1.1\r\n",
    f"GET /{CANARY} HTTP/7.8\r\n", f"{CANARY}\r\n",
)  # fmt: skip


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[int]:
    """Run the web server as the supervisor does, with a database that nobody has made; yields its port."""
    port = supervisor.free_port()
    settings = config.load({}, environment="test", port=port, web_workers=1, var_folder=str(folder))
    environment = os.environ | {
        "ILPES_ENV": "test", "LOG_LEVEL": "INFO", "VAR_FOLDER": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'none.db'}",
    }  # fmt: skip
    with (folder / "web.log").open("wb") as log:
        command = [*supervisor.web_command(settings), *options]
        web = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        assert until(lambda: supervisor.answers(f"http://127.0.0.1:{port}/health/live"), 120)
        yield port
    finally:
        web.terminate()
        web.wait(40)


def logged(folder: Path, *options: str) -> str:
    with serving(folder, *options) as port:
        for request in REQUESTS:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
                headers = f"Host: localhost\r\nReferer: http://localhost/{CANARY}\r\nUser-Agent: {CANARY}\r\n"
                line.sendall(f"{request}{headers}Connection: close\r\n\r\n".encode())
                line.recv(4096)
    return (folder / "web.log").read_text()


def test_trust_37_neither_the_server_nor_the_application_writes_down_an_address_that_names_her(tmp_path: Path) -> None:
    said = logged(tmp_path)
    assert said.count('"event": "request"') >= 3
    assert CANARY not in said


def test_trust_37_the_server_s_own_log_of_requests_would_name_her(tmp_path: Path) -> None:
    """The negative control: the option that the supervisor does not give."""
    assert CANARY in logged(tmp_path, "--access-log")
