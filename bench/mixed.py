"""Two hundred people at once on what people do, for five minutes, beside one person alone: no errors, and the waits.

Everybody has an address and a connection of their own: does something, thinks a moment, goes on. Participants look
around, sign in with their password, register and check certificates; instructors read rosters and mark; coordinators
read statistics. `bench/mixed.py --seconds 30` tries it briefly and prints the table without writing it down.
"""

import argparse
import json
import math
import random
import re
import selectors
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import certificates
import prepared
import programme
import results
import servers
from flask import Flask
from flask_migrate import upgrade
from load import Line, get, post, post_form, put
from marking import Roster, roster_of
from prepared import Registrant
from results import Figure
from sqlalchemy import select, update

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.service import render_queued
from ilpes_lms.core import actor
from ilpes_lms.core.database import db, writing
from ilpes_lms.people import service as people
from ilpes_lms.people.models import Account
from ilpes_lms.people.service.passwords import hashed

SECONDS, PEOPLE = 300.0, 200
_TEACHERS, _EACH_TEACHES, _COORDINATORS, _OPEN = 10, 20, 4, 20
_THINKING, _NOT_THINKING = (0.5, 3.5), (0.0, 0.0)
_WARMING_ROUNDS, _ALONE_ROUNDS, _ALONE_SECONDS, _GRACE = 5, 100, 600.0, 60.0
# Not all in the same second: what they wait then is told by the races of registering.
_COMING = 20.0
# The throttle lets an account try ten times in a quarter of an hour.
_SIGN_INS = 3
_PASSWORD = "un caballo de Troya en Santiago"
_PERIOD = "from=2021-06-01&to=2022-05-31"
_CSRF = re.compile(rb'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(rb"\r\nset-cookie: ([^;\r]+)", re.IGNORECASE)
_SHARES = ((0.5, "half"), (0.99, "99 of 100"))


@dataclass(frozen=True)
class Ask:
    """One request, of which kind it is, and the status that it has to be answered with."""

    kind: str
    request: bytes
    expected: int = 200


@dataclass(frozen=True)
class Answer:
    """What came back."""

    head: bytes
    body: bytes


# What somebody does: requests one after another, each told the answer to the one before.
Deed = Generator[Ask, Answer, None]


@dataclass(frozen=True)
class World:
    """What there is to look at and to do."""

    pages: Sequence[str]
    open_ones: Sequence[str]
    rosters: Sequence[Roster]
    certificate: str
    participants: Sequence[Registrant]
    coordinators: Sequence[Registrant]


@dataclass
class Person:
    """Somebody with an address and a token of their own, and with what they have not done yet."""

    who: Registrant
    email: str
    address: str
    world: World
    chance: random.Random
    registers: list[str]
    roster: Roster | None = None
    sign_ins: int = _SIGN_INS

    @property
    def headers(self) -> dict[str, str]:
        """Return what nginx says of whoever calls."""
        return {"X_Forwarded_For": self.address, "X_Forwarded_Proto": "https"}

    @property
    def with_token(self) -> dict[str, str]:
        return {**self.headers, "Authorization": f"Bearer {self.who.token}"}


def catalogue(me: Person) -> Deed:
    kind = me.chance.choice(("", "?kind=webinar", "?kind=international_open"))
    yield Ask("catalogue page", get(f"/activities{kind}", **me.headers))


def activity(me: Person) -> Deed:
    yield Ask("page of an activity", get(me.chance.choice(me.world.pages), **me.headers))


def listing(me: Person) -> Deed:
    yield Ask("catalogue as JSON", get("/api/v1/activities", **me.with_token))


def oneself(me: Person) -> Deed:
    yield Ask("one's own account", get("/api/v1/me", **me.with_token))


def sign_in(me: Person) -> Deed:
    if not me.sign_ins:
        return
    me.sign_ins -= 1
    page = yield Ask("page to sign in", get("/sign-in", **me.headers))
    cookies, proof = b"; ".join(_COOKIE.findall(page.head)).decode(), _CSRF.search(page.body)
    form = {"csrf_token": proof[1].decode() if proof else "", "email": me.email, "password": _PASSWORD, "next": ""}
    headers = {**me.headers, "Cookie": cookies, "Referer": "https://127.0.0.1/sign-in"}
    yield Ask("signing in with a password", post_form("/sign-in", urlencode(form).encode(), **headers), 303)


def register(me: Person) -> Deed:
    if me.registers:
        address = f"/api/v1/activities/{me.registers.pop()}/enrolments"
        yield Ask("registering", post(address, b"{}", **me.with_token), 201)


def verify(me: Person) -> Deed:
    yield Ask("check of a certificate", get(f"/verify/{me.world.certificate}", **me.headers))


def figures_published(me: Person) -> Deed:
    yield Ask("published statistics", get("/statistics", **me.headers))


def roster(me: Person) -> Deed:
    assert me.roster is not None
    yield Ask("roster", get(f"/api/v1/class-sessions/{me.roster.session_ref}/roster", **me.with_token))


def mark(me: Person) -> Deed:
    assert me.roster is not None
    _id, enrolment = me.chance.choice(me.roster.enrolments)
    body = json.dumps({"mark": me.chance.choice(("present", "late", "excused"))}).encode()
    address = f"/api/v1/class-sessions/{me.roster.session_ref}/marks/{enrolment}"
    yield Ask("one mark", put(address, body, **me.with_token))


def dashboard(me: Person) -> Deed:
    yield Ask("statistics of a year", get(f"/api/v1/statistics/dashboard?{_PERIOD}", **me.with_token))


Doing = Callable[[Person], Deed]
_LOOKING: dict[Doing, int] = {
    catalogue: 25, activity: 25, listing: 10, oneself: 10, verify: 10, figures_published: 5, sign_in: 5, register: 10,
}  # fmt: skip
_TEACHING: dict[Doing, int] = {roster: 30, mark: 60, catalogue: 10}
_COORDINATING: dict[Doing, int] = {dashboard: 60, figures_published: 20, catalogue: 20}


def going_on(me: Person, doing: dict[Doing, int]) -> Deed:
    """Do one thing after another, each as often as people do it."""
    while True:
        yield from me.chance.choices(list(doing), list(doing.values()))[0](me)


def everything(crowd: "Crowd", rounds: range) -> Deed:
    """Do each thing there is in turn, each round as another person."""
    for place in rounds:
        for ones, doing in crowd.parts:
            me = ones[place % len(ones)]
            for deed in doing:
                yield from deed(me)


@dataclass
class Crowd:
    """Everybody, by what they do."""

    participants: list[Person]
    teachers: list[Person]
    coordinators: list[Person]

    @property
    def parts(self) -> list[tuple[list[Person], dict[Doing, int]]]:
        return [(self.participants, _LOOKING), (self.teachers, _TEACHING), (self.coordinators, _COORDINATING)]


@dataclass
class Visitor:
    """One connection and what is done over it."""

    line: Line
    deed: Deed
    next_at: float
    ask: Ask | None = None
    asked_at: float = 0

    def go_on(self, answer: Answer | None) -> None:
        """Think of what comes next; nothing does once the deed is done."""
        try:
            self.ask = next(self.deed) if answer is None else self.deed.send(answer)
        except StopIteration:
            self.ask = None


@dataclass
class Told:
    """What was answered: how long each kind took, and what was not as it should be."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return sum(map(len, self.seconds.values()))

    def note(self, ask: Ask, status: int, seconds: float) -> None:
        self.seconds[ask.kind].append(seconds)
        if status != ask.expected:
            self.wrong[f"{ask.kind}: {status}"] += 1

    def within(self, kind: str, share: float) -> float:
        """Return in how many milliseconds a share of the requests of a kind was answered."""
        ordered = sorted(self.seconds[kind])
        return ordered[math.ceil(len(ordered) * share) - 1] * 1000


def drive(visitors: Sequence[Visitor], seconds: float, thinking: tuple[float, float], chance: random.Random) -> Told:
    """Let all of them work until they are done or the time is over, and everything that was asked is answered."""
    told, until = Told(), time.monotonic() + seconds
    waiting: set[int] = set()
    with selectors.DefaultSelector() as selector:
        for visitor in visitors:
            visitor.go_on(None)
            selector.register(visitor.line.socket, selectors.EVENT_READ, visitor)
        while waiting or any(visitor.ask for visitor in visitors):
            if (now := time.monotonic()) > until and (not waiting or now > until + _GRACE):
                break
            _send_due(visitors, waiting, now, until)
            for key, _events in selector.select(0.02):
                _receive(key.data, waiting, told, chance.uniform(*thinking))
    if waiting:
        told.wrong["never answered"] += len(waiting)
    return told


def _send_due(visitors: Sequence[Visitor], waiting: set[int], now: float, until: float) -> None:
    for visitor in visitors if now < until else ():
        if visitor.ask and id(visitor) not in waiting and visitor.next_at <= now:
            visitor.line.send(visitor.ask.request)
            visitor.asked_at = time.monotonic()
            waiting.add(id(visitor))


def _receive(visitor: Visitor, waiting: set[int], told: Told, pause: float) -> None:
    if (answer := visitor.line.receive()) is None:
        return
    now, (status, body) = time.monotonic(), answer
    assert visitor.ask is not None
    told.note(visitor.ask, status, now - visitor.asked_at)
    waiting.discard(id(visitor))
    visitor.next_at = now + pause
    visitor.go_on(Answer(visitor.line.head, body))


def figures(app: Flask, environment: dict[str, str], folder: Path, seconds: float = SECONDS) -> list[Figure]:
    """Measure one person alone, then everybody at once, on the same servers."""
    environment = {**environment, "PROXIES": "1", "SECOND_FACTOR": "nobody"}
    crowd, chance = _crowd(_world(app)), random.Random(1)
    with (
        servers.granian("wsgi:app", environment, "/health/ready", folder / "web.log") as port,
        servers.behind(environment, folder),
    ):
        rounds = range(_WARMING_ROUNDS), range(_WARMING_ROUNDS, _WARMING_ROUNDS + _ALONE_ROUNDS)
        for these in rounds:
            began = time.monotonic()
            one = [Visitor(Line(port), everything(crowd, these), began)]
            alone = drive(one, _ALONE_SECONDS, _NOT_THINKING, chance)
            spent = time.monotonic() - began
        together = drive(list(_visitors(crowd, port, chance)), seconds, _THINKING, chance)
    for fault, number in (alone.wrong + together.wrong).items():
        print(f"wrong: {number} times {fault}", file=sys.stderr)
    return [*_overall(alone, spent, together, seconds), *_waits(alone, together)]


def _overall(alone: Told, spent: float, together: Told, seconds: float) -> Iterator[Figure]:
    wrong = Figure(f"Mixed work, {PEOPLE} at once for {seconds:.0f} s: wrong or no answers", "answers", "asked", most=0)
    wrong.add((alone.wrong + together.wrong).total(), alone.number + together.number)
    rate = Figure(f"Mixed work, {PEOPLE} at once, thinking 2 s between", "requests/s", "one alone, not thinking")
    rate.add(together.number / seconds, alone.number / spent)
    yield from (wrong, rate)


def _waits(alone: Told, together: Told) -> Iterator[Figure]:
    for kind in sorted(alone.seconds):
        for share, said in _SHARES:
            figure = Figure(f"Mixed work, {PEOPLE} at once: {kind}, {said} within", "ms", "one alone")
            figure.add(together.within(kind, share), alone.within(kind, share))
            yield figure


def _visitors(crowd: Crowd, port: int, chance: random.Random) -> Iterator[Visitor]:
    began = time.monotonic()
    for ones, doing in crowd.parts:
        for me in ones:
            yield Visitor(Line(port), going_on(me, doing), began + chance.uniform(0, _COMING))


def _world(app: Flask) -> World:
    programme.fill(app)
    here = prepared.people(app, PEOPLE + _TEACHERS * _EACH_TEACHES)
    everybody, taught = here[:PEOPLE], here[PEOPLE:]
    teachers, coordinators = everybody[:_TEACHERS], everybody[_TEACHERS:][:_COORDINATORS]
    open_ones = prepared.activities(app, _OPEN, capacity=None)
    hands = [taught[place::_TEACHERS] for place in range(_TEACHERS)]
    rosters = [roster_of(app, teacher, hand) for teacher, hand in zip(teachers, hands, strict=True)]
    with app.app_context(), actor.acting("bench"):
        certificates.ask(1)
        render_queued()
        with writing() as session:
            session.execute(update(Account).values(password_hash=hashed(_PASSWORD)))
        for one in coordinators:
            people.grant_role(person_id=one.person_id, role="coordinator")
        pages = [_page(app, ref) for ref in db.session.scalars(select(Activity.public_id).order_by(Activity.id))]
        code = db.session.scalars(select(Certificate.code)).one()
    return World(pages, open_ones, rosters, code, everybody[_TEACHERS + _COORDINATORS :], coordinators)


def _page(app: Flask, ref: str) -> str:
    # The address with the title in it, to which the short one leads.
    return app.test_client().get(f"/activities/{ref}").location or f"/activities/{ref}"


def _crowd(world: World) -> Crowd:
    teachers = [_person(each.teacher, world, each) for each in world.rosters]
    participants = [_person(one, world) for one in world.participants]
    return Crowd(participants, teachers, [_person(one, world) for one in world.coordinators])


def _person(who: Registrant, world: World, taught: Roster | None = None) -> Person:
    chance = random.Random(who.person_id)
    address = f"10.0.{who.person_id // 250}.{who.person_id % 250 + 1}"
    mine = chance.sample(world.open_ones, len(world.open_ones))
    return Person(who, who.email, address, world, chance, mine, taught)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=SECONDS)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with servers.postgresql(folder) as server, servers.valkey(folder) as broker:
            environment = servers.environment(servers.new_database(server, "mixed"), broker, folder)
            app = create_app(config.load(environment))
            with app.app_context():
                upgrade()
            measured = figures(app, environment, folder, seconds)
    print(results.table(measured))
    return 0 if all(figure.met for figure in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
