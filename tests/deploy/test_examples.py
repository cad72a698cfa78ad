"""What is given to operators as an example is checked by the program that reads it."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ilpes_lms import config, supervisor
from ilpes_lms.config import ROOT
from tests.deploy.conftest import DEPLOY, NGINX, Write, running
from tests.running.processes import until

EXAMPLES = ("one-host.conf", "several-hosts.conf")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        # What a unit starts must be there for the check, as it is on the host.
        (tmp_path / unit.name).write_text(
            unit.read_text()
            .replace("/srv/ilpes-lms/.venv/bin/ilpes-lms", "/bin/true")
            .replace("/srv/ilpes-lms", "/tmp")
        )
    units = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], text=True, capture_output=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "ilpes" in line]
    assert (done.returncode, ours) == (0, [])


def test_what_the_units_start_are_commands() -> None:
    from ilpes_lms.cli import commands

    started = re.findall(r"ilpes-lms/\.venv/bin/ilpes-lms (\w+)", "".join(map(Path.read_text, units())))
    known = set(commands.commands) | {"backup"}
    assert len(started) == 4
    assert set(started) <= known


def test_the_example_of_an_environment_starts_once_its_secrets_are_set(tmp_path: Path) -> None:
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = config.load(given | {"SECRET_KEY": "k" * 48})
    assert (config.warnings_of(settings), settings.proxies) == ([], 1)
    with pytest.raises(config.UnsafeSettings, match="SECRET_KEY"):
        config.load(given)


@pytest.mark.parametrize("example", EXAMPLES)
def test_nginx_finds_no_fault_in_an_example(nginx_conf: Write, example: str) -> None:
    conf, _plain, _secure = nginx_conf(example, 1)
    done = subprocess.run(
        [str(NGINX), "-t", "-c", str(conf), "-p", str(conf.parent)], text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.fixture
def web(tmp_path: Path) -> Iterator[int]:
    """The application as its unit starts it, behind one proxy; yields its port."""
    port, log = supervisor.free_port(), tmp_path / "web.log"
    environment = os.environ | {
        "ILPES_ENV": "production", "VAR_FOLDER": str(tmp_path / "var"), "PORT": str(port), "PROXIES": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'some.db'}", "SECRET_KEY": "k" * 48, "WEB_WORKERS": "1",
        "BASE_URL": "https://courses.example.org",
    }  # fmt: skip
    command = [str(ROOT / ".venv/bin/ilpes-lms")]
    subprocess.run([*command, "init"], check=True, env=environment, cwd=ROOT, capture_output=True)
    with log.open("wb") as output:
        server = subprocess.Popen([*command, "serve"], cwd=ROOT, stdout=output, stderr=output, env=environment)
    try:
        assert until(lambda: supervisor.answers(f"http://127.0.0.1:{port}/health/live"), 120), log.read_text()
        yield port
    finally:
        server.terminate()
        server.wait(40)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_trust_31_behind_nginx_pages_are_served_and_a_stalled_body_is_cut_after_30_seconds(
    nginx_conf: Write, web: int, tmp_path: Path, example: str
) -> None:
    conf, plain, secure = nginx_conf(example, web)
    with running(conf):
        assert until(lambda: _listens(secure), 20)
        with urllib.request.urlopen(_call(secure, "/health/ready"), context=_trusting(), timeout=30) as answer:
            assert json.loads(answer.read())["checks"]["tables"]
            number = answer.headers["X-Request-ID"]
        assert re.fullmatch(r"[0-9a-f]{32}", number)
        assert until(lambda: number in (tmp_path / "web.log").read_text(), 10), "the application logs nginx's number"
        with socket.create_connection(("127.0.0.1", plain)) as line:
            line.sendall(b"GET /activities?x=1 HTTP/1.1\r\nHost: courses.example.org\r\n\r\n")
            assert b"Location: https://courses.example.org/activities?x=1" in line.recv(4096)
        assert _refused_by_its_length(secure) == 413

        stalled = _stalled(secure)
        began = time.monotonic()
        slow = _slow_but_steady(secure, seconds=36)
        assert b" 4" in slow[:13], "an honest slow body is answered by the application: it lacks a form's token"
        with stalled:
            stalled.settimeout(60)
            assert stalled.recv(4096)[:13] in (b"", b"HTTP/1.1 408 ")
        assert 25 < time.monotonic() - began < 60
        with urllib.request.urlopen(_call(secure, "/health/live"), context=_trusting(), timeout=30) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("cipher", "taken"), [("ECDHE-ECDSA-AES128-GCM-SHA256", True), ("ECDHE-ECDSA-AES128-SHA", False)]
)
def test_of_tls_1_2_only_recommended_ciphers_are_spoken(nginx_conf: Write, cipher: str, taken: bool) -> None:
    conf, _plain, secure = nginx_conf("one-host.conf", supervisor.free_port())
    client = _trusting()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(f"{cipher}:@SECLEVEL=0")
    with running(conf):
        assert until(lambda: _listens(secure), 20)
        with socket.create_connection(("127.0.0.1", secure), timeout=30) as line:
            spoken = None
            with suppress(ssl.SSLError), client.wrap_socket(line) as secured:
                spoken = secured.cipher()
    assert (spoken is not None) is taken


CANARY = "Quetzalcoatl"


def logged(conf: Path, plain: int, secure: int) -> str:
    """Return all that nginx writes down about requests whose addresses and headers name somebody."""
    paths = [f"/coordinate/messages?to={CANARY}", f"/sign-up/{CANARY}", f"/sign-in?next=/{CANARY}", "/%00" + CANARY]
    with running(conf):
        assert until(lambda: _listens(secure), 20)
        for path in paths * 30:
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nReferer: http://x/{CANARY}\r\nCookie: c={CANARY}\r\n"
            with _line(secure) as line:
                line.sendall(f"{head}Connection: close\r\n\r\n".encode())
                line.recv(4096)
            with socket.create_connection(("127.0.0.1", plain)) as line:
                line.sendall(f"{head}Connection: close\r\n\r\n".encode())
                line.recv(4096)
    return "".join(path.read_text() for path in conf.parent.glob("*.log"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_trust_37_no_log_of_nginx_names_the_canary(nginx_conf: Write, example: str) -> None:
    conf, plain, secure = nginx_conf(example, supervisor.free_port())
    said = logged(conf, plain, secure)
    assert " 502 " in said, "there are lines about requests"
    assert CANARY not in said


@pytest.mark.parametrize("protection", ["access_log off;", "error_log /var/log/nginx/ilpes-error.log crit;"])
def test_trust_37_a_log_as_nginx_comes_would_name_her(nginx_conf: Write, protection: str, tmp_path: Path) -> None:
    """The negative control: each of what keeps addresses out of the logs, taken out."""
    conf, plain, secure = nginx_conf("one-host.conf", supervisor.free_port())
    protection = protection.replace("/var/log/nginx/", f"{tmp_path}/")
    for path in (conf, tmp_path / "ilpes" / "location.conf"):
        path.write_text(path.read_text().replace(protection, ""))
    assert CANARY in logged(conf, plain, secure)


def units() -> list[Path]:
    return sorted((DEPLOY / "systemd").glob("*.service"))


def _call(port: int, path: str) -> urllib.request.Request:
    return urllib.request.Request(f"https://127.0.0.1:{port}{path}", headers={"Host": "courses.example.org"})


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _line(port: int) -> ssl.SSLSocket:
    return _trusting().wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=60))


def _head(length: int) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"POST /sign-in HTTP/1.1\r\nHost: courses.example.org\r\n{kind}\r\nContent-Length: {length}\r\n\r\n".encode()


def _refused_by_its_length(port: int) -> int:
    with _line(port) as line:
        line.sendall(_head(1 << 30))
        return int(line.recv(4096)[9:12])


def _stalled(port: int) -> ssl.SSLSocket:
    line = _line(port)
    line.sendall(_head(1000) + b"email=ana")
    return line


def _slow_but_steady(port: int, *, seconds: int) -> bytes:
    with _line(port) as line:
        line.sendall(_head(seconds))
        for _ in range(seconds):
            line.sendall(b"a")
            time.sleep(1)
        return line.recv(4096)
