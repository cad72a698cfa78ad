"""Requests are counted by all processes of the web server together."""

import os
import re
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from ilpes_lms import config, supervisor
from tests.running.processes import until

TOKEN = "what the monitoring system knows"


def asked(port: int, path: str, **headers: str) -> str:
    call = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(call, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def test_every_process_counts_and_any_of_them_tells_the_sum(tmp_path: Path) -> None:
    port = supervisor.free_port()
    environment = {
        "ILPES_ENV": "development", "VAR_FOLDER": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'some.db'}",
        "METRICS_TOKEN": TOKEN, "WEB_WORKERS": "2", "PORT": str(port), "SECRET_KEY": "k" * 40,
    }  # fmt: skip
    log = tmp_path / "web.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            supervisor.web_command(config.load(environment)), cwd=config.ROOT, stdout=output, stderr=output,
            env=os.environ | environment,
        )  # fmt: skip
    try:
        assert until(lambda: supervisor.answers(f"http://127.0.0.1:{port}/health/live"), 120), log.read_text()
        # At once, and until the second process has started, else one takes them all.
        with ThreadPoolExecutor(24) as callers:
            assert until(
                lambda: (
                    bool(list(callers.map(lambda _: asked(port, "/health/live"), range(48)))) and two_count(tmp_path)
                ),
                120,
            ), "one process took all"
        told = [asked(port, "/metrics", Authorization=f"Bearer {TOKEN}") for _ in range(6)]
    finally:
        server.terminate()
        server.wait(30)
    counts = [count_of(text) for text in told]
    assert counts == [counts[0]] * 6
    assert counts[0] >= 49
    assert all("\nilpes_database_answers 0.0" in text for text in told), "its tables are missing"
    assert re.search(r'"route": "/health/live", "method": "GET", "status": 200, "ms": \d', log.read_text())


def two_count(folder: Path) -> bool:
    return len(list((folder / "metrics").glob("counter_*.db"))) == 2


def count_of(text: str) -> float:
    [found] = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "ilpes_requests_total"
        and sample.labels == {"route": "/health/live", "method": "GET", "status": "200"}
    ]
    return found
