"""Deeds done at the same moment by processes of their own, which share nothing but the database."""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from apiflask import APIFlask

from ilpes_lms.core import actor
from ilpes_lms.core.database import db

_SECONDS = 540
Deed = Callable[[Any], Any]


def in_processes(app: APIFlask, deeds: Sequence[Deed]) -> list[Any]:
    """Do each deed in a process of its own; return what each gave. A deed gets the barrier all of them share."""
    processes = multiprocessing.get_context("fork")
    barrier = processes.Barrier(len(deeds))
    with app.app_context():
        # A connection must not be shared with a child.
        db.session.remove()
        db.engine.dispose()
    running = []
    for deed in deeds:
        here, there = processes.Pipe(duplex=False)
        child = processes.Process(target=_do, args=(app, deed, barrier, there), daemon=True)
        child.start()
        there.close()
        running.append((child, here))
    return [_answer(child, here) for child, here in running]


def _do(app: APIFlask, deed: Deed, barrier: Any, answer: Connection) -> None:
    try:
        with app.app_context():
            db.engine.dispose(close=False)
        with actor.acting("test"):
            answer.send(deed(barrier))
    except BaseException:  # noqa: BLE001 - whatever it was is the answer
        barrier.abort()
        answer.send(AssertionError(traceback.format_exc()))
    finally:
        answer.close()


def _answer(child: Any, here: Connection) -> Any:
    if not here.poll(_SECONDS):
        child.kill()
        raise AssertionError("a process did not end")
    given = here.recv()
    child.join(30)
    if isinstance(given, AssertionError):
        raise given
    return given
