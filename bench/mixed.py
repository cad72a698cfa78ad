"""Two hundred people at once on mixed work for minutes, against PostgreSQL: no errors, and how long the slowest wait.

`bench/mixed.py --seconds 300 --people 200` serves the application as `make run` does, lets each person read, think a
moment and now and then register, and prints as JSON how many requests there were, which were not as they should
be, and the percentiles beside those of one person alone.
"""

import argparse
import json
import random
import selectors
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import prepared
import programme
import servers
from flask_migrate import upgrade
from load import Line, get, post

from ilpes_lms import config
from ilpes_lms.app import create_app

_THINKING = (0.5, 3.5)
_WARMING_SECONDS, _ALONE_SECONDS = 5, 40
_GRACE = 60
_OPEN = 20
_NOBODYS = b"/verify/AAAA-BBBB-CCCC"
_READ = (b"/activities", b"/", b"/api/v1/me", b"/api/v1/activities", b"/activities?kind=webinar", _NOBODYS)
_WEIGHTS = (30, 15, 15, 20, 10, 5)
_REGISTERS = 5


@dataclass
class Person:
    """One person at a browser: what is asked, and when the next thing will be."""

    line: Line
    headers: dict[str, str]
    chance: random.Random
    next_at: float
    asked_at: float = 0
    expected: int = 200
    activities: list[str] = field(default_factory=list)

    def ask(self, now: float) -> None:
        weights = (*_WEIGHTS, _REGISTERS if self.activities else 0)
        [path] = self.chance.choices((*_READ, b""), weights)
        self.expected = (404 if path == _NOBODYS else 200) if path else 201
        self.line.send(get(path.decode(), **self.headers) if path else self._registration())
        self.asked_at = now

    def _registration(self) -> bytes:
        activity = self.activities.pop()
        return post(f"/api/v1/activities/{activity}/enrolments", b"{}", **self.headers)


@dataclass
class Told:
    """What was answered: by status, and how long each took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)

    def as_said(self) -> dict[str, object]:
        return {
            "requests": len(self.seconds),
            "statuses": dict(self.statuses),
            **{f"p{int(share * 100)}_ms": self.percentile(share) for share in (0.5, 0.95, 0.99)},
        }


def drive(people: list[Person], seconds: float) -> Told:
    """Let all of them work until the time is over and everything that was asked is answered."""
    told, until = Told(), time.monotonic() + seconds
    waiting: set[int] = set()
    with selectors.DefaultSelector() as selector:
        for person in people:
            selector.register(person.line.socket, selectors.EVENT_READ, person)
        while (now := time.monotonic()) < until or (waiting and now < until + _GRACE):
            for person in people if now < until else ():
                if id(person) not in waiting and person.next_at <= now:
                    person.ask(now)
                    waiting.add(id(person))
            for key, _events in selector.select(0.02):
                person = key.data
                if (answer := person.line.receive()) is not None:
                    now = time.monotonic()
                    told.statuses[answer[0]] += 1
                    told.errors += answer[0] != person.expected
                    told.seconds.append(now - person.asked_at)
                    person.next_at = now + person.chance.uniform(*_THINKING)
                    waiting.discard(id(person))
    told.errors += len(waiting)
    return told


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--people", type=int, default=200)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with servers.postgresql(folder) as server, servers.valkey(folder) as broker:
            environment = servers.environment(servers.new_database(server, "mixed"), broker, folder)
            app = create_app(config.load(environment))
            with app.app_context():
                upgrade()
            programme.fill(app)
            tokens = [person.token for person in prepared.people(app, asked.people)]
            open_ones = prepared.activities(app, _OPEN, capacity=None)
            with servers.granian("wsgi:app", environment, "/health/ready", folder / "web.log") as port:
                drive(_people(port, tokens[:8], []), _WARMING_SECONDS)
                alone = drive(_people(port, tokens[:1], []), _ALONE_SECONDS)
                together = drive(_people(port, tokens, open_ones), asked.seconds)
    said = {"people": asked.people, "seconds": asked.seconds, "alone": alone.as_said(), "together": together.as_said()}
    print(json.dumps({**said, "errors": together.errors}, indent=1))
    return 1 if together.errors else 0


def _people(port: int, tokens: list[str], activities: list[str]) -> list[Person]:
    begin = time.monotonic()
    found = []
    for number, token in enumerate(tokens):
        chance = random.Random(number)
        headers = {"Authorization": f"Bearer {token}"}
        mine = chance.sample(activities, len(activities))
        found.append(Person(Line(port), headers, chance, begin + chance.uniform(0, _THINKING[1]), activities=mine))
    return found


if __name__ == "__main__":
    sys.exit(main())
