"""Write what a kind of message says; each version is kept, and two who write at once do not overwrite each other."""

from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction, violates
from ilpes_lms.notifications.kinds import Kind, kind_named
from ilpes_lms.notifications.texts import queries, rules
from ilpes_lms.notifications.texts.errors import NoSuchText, TextChanged, TextsOfAll
from ilpes_lms.notifications.texts.models import MessageText
from ilpes_lms.notifications.texts.rules import Words

LANGUAGES = ("es", "en", "pt", "fr")


def editable(kind_name: str, language: str) -> Kind:
    """Return a kind whose text people may write in a language; raises NoSuchText."""
    kind = kind_named(kind_name)
    if kind is None or not kind.placeholders or language not in LANGUAGES:
        raise NoSuchText
    return kind


@transaction
def write_text(
    *, kind: str, language: str, seen: int, subject: str, body: str, by: str, divisions: frozenset[str] = frozenset()
) -> MessageText:
    """Let a kind of message say something else from now on, also in those that wait to be sent.

    Raises TextChanged where `seen` is not the version in force.
    """
    words = Words(subject.strip(), body.replace("\r\n", "\n").strip())
    rules.check(words, editable(kind, language).placeholders)
    row = MessageText(kind=kind, language=language, subject=words.subject, body=words.body, by=by, original=False)
    return _keep(row, seen, divisions)


@transaction
def back_to_original(
    *, kind: str, language: str, seen: int, by: str, divisions: frozenset[str] = frozenset()
) -> MessageText:
    """Let a kind of message say what the code says, as a version of its own; raises TextChanged like `write_text`."""
    editable(kind, language)
    row = MessageText(kind=kind, language=language, subject="", body="", by=by, original=True)
    return _keep(row, seen, divisions)


def _keep(row: MessageText, seen: int, divisions: frozenset[str]) -> MessageText:
    if divisions:
        raise TextsOfAll
    newest = queries.newest(row.kind, row.language)
    if seen != (newest.version if newest else 0):
        raise TextChanged
    row.version, row.at = seen + 1, clock.now()
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_message_texts_version", "message_texts.version"):
            raise TextChanged from error
        raise
    audit.record(
        "notifications.text", "message_text", f"{row.kind}/{row.language}", version=row.version, original=row.original
    )
    return row
