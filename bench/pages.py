"""The catalogue page beside the same template rendered from memory, and beside a bare constant page."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crew import PROCESSES, Crew, dealt
from load import Expectation, Load, WrongAnswer, fetch, get
from results import Figure

CONNECTIONS = 8
SECONDS = 2.0
_CATALOGUE = get("/activities")
_COMPRESSED = get("/activities", Accept_Encoding="gzip, deflate, br, zstd")
_MEMORY = get("/bench/memory")
_BARE = get("/")
_CARD = b'<article class="card'
_CARDS = 20
_ADDRESSES = 6000
_CURRENT = b' aria-current="page"'
_LAST_LINE = b"</html>"


@dataclass
class Pages:
    """The servers of the pages: the application's and the bare one's."""

    port: int
    bare_port: int
    crew: Crew
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def figures(self, rounds: int) -> list[Figure]:
        """Measure the pages in turn, after one round that is not counted."""
        self._check()
        memory = Figure("Catalogue page of 82 activities", "pages/s", "the same template from memory", least=0.25)
        bare = Figure("Catalogue page of 82 activities", "pages/s", "a bare constant page of its size", least=0.1)
        afresh = Figure(
            "Catalogue page made afresh for each request", "pages/s", "the same template from memory", least=0.25
        )
        compressed = Figure("Catalogue page, compressed as browsers get it", "pages/s", "the page as it is")
        self._round()
        for _ in range(rounds):
            catalogue, from_memory, constant, made, small = self._round()
            memory.add(catalogue, from_memory)
            bare.add(catalogue, constant)
            afresh.add(made, from_memory)
            compressed.add(small, catalogue)
        return [memory, bare, afresh, compressed]

    def _round(self) -> Sequence[float]:
        page = Expectation(200, _LAST_LINE)
        return (
            self._rate(self.port, [_CATALOGUE], page),
            self._rate(self.port, [_MEMORY], page),
            self._rate(self.bare_port, [_BARE], Expectation(200, b"<p>constant</p>")),
            self._rate(self.port, self._never_asked_before(), page),
            self._rate(self.port, [_COMPRESSED], Expectation(200, b"")),
        )

    def _rate(self, port: int, requests: Sequence[bytes], expected: Expectation) -> float:
        hands = [requests] * PROCESSES if len(requests) == 1 else dealt(requests)
        return self.crew.rate([Load(port, hand, expected, CONNECTIONS, SECONDS) for hand in hands])

    def _never_asked_before(self) -> list[bytes]:
        # The server keeps pages by address; what a campaign hangs onto one asks nothing of the page.
        return [get(f"/activities?utm_term={next(self._numbers)}") for _ in range(_ADDRESSES)]

    def _check(self) -> None:
        catalogue, memory = (fetch(self.port, request)[1] for request in (_CATALOGUE, _MEMORY))
        for body in (catalogue, memory):
            if body.count(_CARD) != _CARDS or _LAST_LINE not in body:
                raise WrongAnswer(f"{body.count(_CARD)} cards instead of {_CARDS}")
        # They differ by nothing but the address of the page itself, and so in what the navigation calls current.
        memory = memory.replace(b"/bench/memory", b"/activities")
        if memory.replace(_CURRENT, b"") != catalogue.replace(_CURRENT, b""):
            raise WrongAnswer("the page from memory is not the catalogue page")


def size(port: int) -> int:
    """Return how large the catalogue page is."""
    return len(fetch(port, _CATALOGUE)[1])
