"""The examples of nginx as they stand in the repository, on loopback: only ports and names of files differ."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ilpes_lms import supervisor
from ilpes_lms.config import ROOT

DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
Write = Callable[[str, int], tuple[Path, int, int]]


@pytest.fixture
def nginx_conf(tmp_path: Path) -> Write:
    """Write an example for an application on a port; return the file, and the ports of HTTP and HTTPS."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    _certificate(tmp_path)

    def write(example: str, behind: int) -> tuple[Path, int, int]:
        plain, secure = supervisor.free_port(), supervisor.free_port()
        (tmp_path / "ilpes").mkdir(exist_ok=True)
        for name in ("protection.conf", "location.conf"):
            (tmp_path / "ilpes" / name).write_text(_here(DEPLOY / "nginx" / name, tmp_path))
        text = _here(DEPLOY / "nginx" / example, tmp_path)
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace(
            "listen 443", f"listen 127.0.0.1:{secure}"
        )
        text = re.sub(r"server (127\.0\.0\.1|10\.0\.0\.\d+):8000", f"server 127.0.0.1:{behind}", text)
        folders = "".join(
            f"{part}_temp_path {tmp_path}/{part};\n" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf = tmp_path / "nginx.conf"
        conf.write_text(
            f"daemon off;\npid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\n"
            f"events {{}}\nhttp {{\n{folders}access_log {tmp_path}/others.log;\n{text}}}\n"
        )
        return conf, plain, secure

    return write


@contextmanager
def running(conf: Path) -> Iterator[None]:
    """Run nginx with a file."""
    process = subprocess.Popen([str(NGINX), "-p", str(conf.parent), "-c", str(conf)])
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _here(path: Path, folder: Path) -> str:
    text = path.read_text()
    return text.replace("/etc/ssl/ilpes/", f"{folder}/").replace("/var/log/nginx/", f"{folder}/")


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "courses.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
