"""Two processes that do their shares of some work at the same time, and the rate at which they did it."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any, Protocol, Self

PROCESSES = 2
_START_SECONDS = 60
_at_the_start: list[Barrier] = []


class Share(Protocol):
    """One process's part of some work."""

    def prepare(self) -> Callable[[], int]:
        """Do what is not measured; return what is, which returns how much it did."""


@dataclass(frozen=True)
class Span:
    """What one process did, and from when to when on the clock that all processes share."""

    done: int
    start: float
    end: float


class Crew:
    """The processes, started once and used for all rounds."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            PROCESSES, mp_context=context, initializer=_enter, initargs=(context.Barrier(PROCESSES),)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def rate(self, shares: Sequence[Share]) -> float:
        """Return how much a second was done from the first start to the last end; raises what a process raised."""
        spans = [future.result() for future in [self._pool.submit(_work, share) for share in shares]]
        return sum(span.done for span in spans) / (max(s.end for s in spans) - min(s.start for s in spans))


def dealt(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Return the items as one hand for each process, in turn."""
    return [items[number::PROCESSES] for number in range(PROCESSES)]


def _enter(barrier: Barrier) -> None:
    _at_the_start.append(barrier)


def _work(share: Share) -> Span:
    work = share.prepare()
    _at_the_start[0].wait(_START_SECONDS)
    start = time.monotonic()
    done = work()
    return Span(done, start, time.monotonic())
