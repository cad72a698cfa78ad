"""What an operator should hear of beside what answers and what does not: what is about to go wrong."""

import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from ilpes_lms.audit.chain import anchors
from ilpes_lms.backups import rules as backup_rules
from ilpes_lms.backups import service as backups
from ilpes_lms.config import Settings
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.notifications import holding, transport
from ilpes_lms.people import service as people
from ilpes_lms.privacy.retention import queries as retention
from ilpes_lms.privacy.retention.rules import is_silent

_MAIL_SECONDS = 3.0
_LEAST_FREE, _LEAST_SHARE = 1 << 30, 0.1
_MOST_OFF = timedelta(seconds=5)
_OLDEST_ANCHOR = timedelta(hours=3)
_MEGABYTE = 1 << 20
_DAYS_TO_RENEW = 14
_TLS_PORT = 443


@dataclass(frozen=True)
class Finding:
    """What was found about one thing, and what to do about it where something is."""

    name: str
    said: str
    warning: str = ""


def look_around(settings: Settings) -> Iterator[Finding]:
    """Say how disk, clock, backups, anchors, site, mail server, staff, places, held messages and retention stand."""
    yield _disk(settings)
    yield _clock()
    yield _backups(settings)
    yield _anchors(settings)
    if settings.base_url.startswith("https://"):
        yield _site(settings)
    if settings.mail_url:
        yield _mail(settings)
    yield _staff(settings)
    yield _places()
    yield _held()
    yield _retention(settings)


def _disk(settings: Settings) -> Finding:
    usage = shutil.disk_usage(settings.var)
    few = usage.free < _LEAST_FREE or usage.free < usage.total * _LEAST_SHARE
    warning = f"The disk of {settings.var} is nearly full; a database that can't write answers 503." if few else ""
    return Finding("disk", f"{usage.free // _MEGABYTE} MB free", warning)


def _clock() -> Finding:
    """Compare this host's clock with that of the database's host, where that is another."""
    if db.engine.dialect.name == "sqlite":
        return Finding("clock", "this host's")
    off = abs(clock.now() - db.session.scalars(select(func.clock_timestamp())).one())
    warning = (
        f"The clocks of this host and of the database differ by {off.total_seconds():.0f} seconds; set them by NTP."
    )
    return Finding(
        "clock", f"{off.total_seconds():.1f} seconds from the database's", warning if off > _MOST_OFF else ""
    )


def _backups(settings: Settings) -> Finding:
    made = backups.last_backup()
    said = f"{_hours(made)} hours ago" if made else "never on this host"
    late = settings.production and backup_rules.is_late(made, clock.now())
    return Finding("backup", said, "The last backup is too old. Run: ilpes-lms backup FOLDER" if late else "")


def _anchors(settings: Settings) -> Finding:
    path = anchors.file()
    if not path.exists():
        return Finding("audit anchors", f"none in {path}")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    late = settings.production and clock.now() - written > _OLDEST_ANCHOR
    warning = "The end of the audit record was not written down for hours: is the scheduler alive?" if late else ""
    return Finding("audit anchors", f"{path}, {_hours(written)} hours ago", warning)


def _site(settings: Settings) -> Finding:
    """Look at the certificate by which browsers know the site, as a browser would."""
    parts = urlsplit(settings.base_url)
    host, port = parts.hostname or "", parts.port or _TLS_PORT
    try:
        with (
            socket.create_connection((host, port), _MAIL_SECONDS) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as secured,
        ):
            ends = _end_of(secured)
    except ssl.SSLCertVerificationError as doubt:
        return Finding("site", "NOT TRUSTED", f"Browsers do not trust {host}: {doubt.verify_message}.")
    except OSError as fault:
        return Finding("site", f"{host} is not reached from here ({type(fault).__name__})")
    left = (ends - clock.now()).days
    late = f"The certificate of {host} expires in {left} days: is it renewed by itself?"
    return Finding("site", f"its certificate expires on {ends:%Y-%m-%d}", late if left < _DAYS_TO_RENEW else "")


def _end_of(secured: ssl.SSLSocket) -> datetime:
    found = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)


def _staff(settings: Settings) -> Finding:
    number, without = people.staff_without_second_factor()
    said = f"{number} accounts, {without} without a second factor"
    if not settings.production or not without:
        return Finding("staff", said)
    what_then = (
        "Each is asked to set one up at the next sign-in." if settings.second_factor == "staff"
        else "SECOND_FACTOR=nobody lets them go on so."
    )  # fmt: skip
    return Finding("staff", said, f"A password alone opens {without} accounts of staff. {what_then}")


def _mail(settings: Settings) -> Finding:
    server = transport.server_named(settings.mail_url)
    try:
        socket.create_connection((server.host, server.port), _MAIL_SECONDS).close()
    except OSError as fault:
        why = f"The mail server {server.host}:{server.port} does not answer ({type(fault).__name__}); messages wait."
        return Finding("mail server", "DOES NOT ANSWER", why)
    return Finding("mail server", "answers")


def _places() -> Finding:
    off = enrolment.activities_off_their_counts()
    warning = (
        f"Of {off} activities the counts of places are not the numbers of rows; tell the developers." if off else ""
    )
    return Finding("places", f"{off} activities off their counts", warning)


def _held() -> Finding:
    number = sum(holding.held_kinds().values())
    warning = "Messages are held back since a restore. Look: ilpes-lms messages held" if number else ""
    return Finding("messages held", str(number), warning)


def _retention(settings: Settings) -> Finding:
    """Say when the oldest of the last runs ended, what failed, and of which kinds something is overdue."""
    found = retention.health()
    said = f"all kinds let go, the first {_hours(found.last)} hours ago" if found.last else "nothing let go yet"
    warnings = [f"{kind} failed." for kind in found.failed]
    warnings += [f"Of {kind} {number} are overdue." for kind, number in found.left_over.items()]
    if is_silent(found.last, clock.now()) and (found.last or settings.production):
        warnings.insert(0, "Nothing was let go for two days: is the scheduler alive? Run: ilpes-lms retention")
    return Finding("retention", said, " ".join(warnings))


def _hours(moment: datetime) -> int:
    return int((clock.now() - moment).total_seconds() // 3600)
