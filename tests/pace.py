"""Limits in seconds that mean the same on a busy machine as on an idle one."""

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# A second is what ten of the pieces of work below take, however long that is here and now: by definition, so that a
# limit is an amount of work. On the two cores where limits were tried a piece took 0.09 to 0.17 s.
_PIECE = 0.1


@dataclass
class Pace:
    """How much work something was, in seconds as they are defined here."""

    seconds: float = 0


@contextmanager
def paced() -> Iterator[Pace]:
    """Measure this process's own work inside against a piece of work done before and after it."""
    pace = Pace()
    with _heap_left_alone():
        before, began = piece_of_work(), time.process_time()
        yield pace
        took = time.process_time() - began
        pace.seconds = took * _PIECE / max(before, piece_of_work())


@contextmanager
def _heap_left_alone() -> Iterator[None]:
    # What thousands of tests before left in memory would be looked through again and again, in the midst of either.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def piece_of_work() -> float:
    """Do what seconds are counted in; return how long it took here, in seconds of processor time."""
    began = time.process_time()
    rows = [{"row": number, "name": f"name {number}", "cells": [str(number)] * 5} for number in range(20_000)]
    assert len(json.loads(json.dumps(rows))) == 20_000
    return time.process_time() - began
