"""What tests of real processes need."""

import subprocess
import time
from collections.abc import Callable

import psutil

# How long a whole system may take to start: several may start at once, on a machine that has other work.
PATIENCE_SECONDS = 400


def until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return what a process says up to some words, or all it says if it ends without them."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    return said


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)
