"""Limits in seconds that mean the same on a busy machine as on an idle one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# What the piece of work below takes, in seconds of processor time, on the machine that limits are meant for.
_USUAL = 0.1


@dataclass
class Pace:
    """How long a piece of work took, in seconds of the machine that limits are meant for."""

    seconds: float = 0


@contextmanager
def paced() -> Iterator[Pace]:
    """Measure this process's own work inside against a piece of work done before and after it."""
    pace, before, began = Pace(), _reference(), time.process_time()
    yield pace
    took = time.process_time() - began
    pace.seconds = took * _USUAL / max(before, _reference())


def _reference() -> float:
    began = time.process_time()
    rows = [{"row": number, "name": f"name {number}", "cells": [str(number)] * 5} for number in range(20_000)]
    assert len(json.loads(json.dumps(rows))) == 20_000
    return time.process_time() - began
