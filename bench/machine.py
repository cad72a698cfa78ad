"""What was measured, on what, and how: the text above the table."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

_TEXT = """# What `make bench` measured

`make bench` runs `.venv/bin/python bench/run.py`, which writes this file.

- Machine: {cores} cores ({model}), {memory:.0f} GiB of memory, {system}; everything below ran on it at the same
  time: the servers, PostgreSQL, the broker and the load.
- Python {python}, PostgreSQL {postgresql} (from the wheel, its own settings, durable commits), granian {granian} with
  2 workers of 4 threads, Flask {flask}, SQLAlchemy {sqlalchemy}, psycopg {psycopg}; over loopback.
- Load: two processes with eight keep-alive connections each; every answer's status and content are checked. Each
  figure and what stands beside it were measured in turn, round by round; values are medians of {rounds} rounds after
  one or two that are not counted, the ratio is the median of the rounds' ratios. Absolute values depend on the
  machine and on what else it does; the ratios much less.
- "From memory" is the application itself, rendering the catalogue page's template from values that it kept of one
  request. "Bare" is a Flask application of one view and no extension. "Made afresh" is asked for under another
  address each time, because the application keeps a page while the catalogue stays as it is.
- "Through SQLAlchemy Core" is the transaction in `bench/plain.py`, in two processes of eight threads. After every
  round the database is asked: as many enrolments, first steps, audit entries and messages as registrations, no place
  given twice, the activities' counts equal to the rows.
- A mark over HTTP changes one that is there, with its history, its outcome and the record of the correction; beside it
  stands one UPDATE of that row, committed, through SQLAlchemy Core: in two processes of eight threads, and once
  more in a bare Flask application behind the same server, because being asked over HTTP costs anybody something. The
  bound is held against both. After every round the database is asked for as many changes and marks as were sent.
- The list of participants is checked and imported in a fresh process each round, three rounds; the database is asked
  afterwards for as many enrolments, first steps and places as rows. Memory is the largest resident size of that
  process. The bare statements write the same four tables' rows in parts of the same size, and check nothing.
- Certificates are made by one process as the worker does it: credential, typesetting, signature, file, mark. "Alone"
  are the first three, in one process. Memory is the largest resident size of a fresh process that makes 5,000, with
  what `requirements/run.lock` installs and without what only development brings, and of the one beside it that
  typesets and signs for it.
- Messages are sent by one process as the worker does it, through the outbox in PostgreSQL, to a mail server (aiosmtpd)
  in another process; "bare" is `smtplib` with one letter ready-made, over one connection, to the same. A poll claims
  twenty messages and is taken back, so that each finds the same.
- Dashboards are of participations that `bench/participations.py` makes inside the database: ten years, 250 an activity,
  six of ten with an outcome and three with a certificate. Each table is answered from roll-ups and, in turn with it, by
  a plain GROUP BY over the record (`bench/oracle.py`) with the same figures in every line; before it is timed, both
  answers are compared. Cost against size: [compiling.svg](compiling.svg).
- Mixed work is done by 200 people with an address and a connection each: 186 look around, sign in with a password,
  register and check certificates, ten teach (rosters and marks), four coordinate (statistics of a year). Each does one
  thing, thinks 2 s on average, does the next; they come within 20 s. Two web processes, a worker and the scheduler
  run as their units start them, without nginx. Beside each wait stands that of one person who did each thing 100
  times just before, alone on the same servers and without thinking; the 99th of 100 is then the slowest but one.
- `statistics show` is run in a fresh process each round; what is timed is the command, after the application is made.
"""


def peak(process: int | str = "self") -> float:
    """Return the most memory that a process has held, in MB; of this one, unless its number is given.

    Not `ru_maxrss`: a child begins with the peak of the process that started it.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def describe(server: str, rounds: int) -> str:
    """Return the description of the machine and of the way of measuring."""
    return _TEXT.format(
        cores=os.cpu_count(), model=_model(), memory=_memory(), system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(), postgresql=_postgresql(server), rounds=rounds,
        **{name: version(name) for name in ("granian", "flask", "sqlalchemy", "psycopg")},
    )  # fmt: skip


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown model"


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _postgresql(server: str) -> str:
    with create_engine(server, poolclass=NullPool).connect() as connection:
        found: str = connection.execute(text("SHOW server_version")).scalar_one()
    return found
