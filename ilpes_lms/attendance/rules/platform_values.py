"""What the cells of a learning platform's export say: grades, states of tasks, dates. Nothing is guessed."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ilpes_lms.core.text import N_, fold, visible

BEST = Decimal(100)
_HUNDREDTH = Decimal("0.01")
_NOTHING = frozenset({"", "-", "–", "—"})
_GRADE = re.compile(
    r"(?P<number>-?[\d.,\s'\u00a0\u202f]*\d)\s*(?P<percent>%)?(?:\s*/\s*(?P<of>[\d.,]*\d))?(?:\s*\(.*\))?$"
)
_LETTER = re.compile(r"[A-Za-z]{1,2}[+-]?$")
_LONGEST = 40

# The words of Moodle's four languages for a task that is done, without what stands in brackets behind.
_DONE = frozenset(
    {"completed", "complete", "done", "finalizado", "finalizada", "completado", "completada", "completo", "completa",
     "concluido", "concluida", "termine", "terminee", "acheve", "achevee", "yes", "si", "sim", "oui"}
)  # fmt: skip
_NOT_DONE = frozenset(
    {"not completed", "not complete", "incomplete", "no finalizado", "no finalizada", "no completado",
     "no completada", "sin finalizar", "nao concluido", "nao concluida", "nao completado", "nao completada",
     "por concluir", "incompleto", "incompleta", "pas termine", "non termine", "non terminee", "non acheve",
     "non achevee", "no", "nao", "non"}
)  # fmt: skip
_STATE = re.compile(r"(?P<base>[^(:]*?)\s*(?:[(:]\s*(?P<rest>.*))?$", re.DOTALL)
# "Completed (did not achieve pass grade)": the platform itself does not count it for the course either.
_FAILED = re.compile(r"\b(not|no|nao|non|pas|sans|fail\w*|reprob\w*|reprov\w*|echou\w*)\b")
_SET_BY = re.compile(r"(set by|configurad[oa] por|definid[oa] por|marcad[oa] por|defini par|fixe par|regle par)\b")


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """A cell that says something that can't be read; the message is for people."""

    message: str


def plain_cell(text: str) -> str:
    """Return a cell as one line of characters that can be seen and stored."""
    return " ".join("".join(c if c.isprintable() else " " for c in visible(text)).split())


def grade_of(text: str, maximum: Decimal) -> Decimal | None:
    """Return a grade of 100, None where there is none; raises Unreadable for letters, other words and what is too much.

    A per cent sign or a maximum of its own ("17 / 20") counts before the column's maximum. Decimal commas and points
    are both taken.
    """
    plain = " ".join(text.split())[:_LONGEST]
    if plain in _NOTHING:
        return None
    if _LETTER.match(plain):
        raise Unreadable(N_("The grade is a letter. Choose a column with numbers or per cents."))
    found = _GRADE.match(plain)
    number = decimal_of(found["number"]) if found else None
    if found is None or number is None:
        raise Unreadable(N_("The grade is no number."))
    of = BEST if found["percent"] else (decimal_of(found["of"]) if found["of"] else None) or maximum
    if not 0 <= number <= of:
        raise Unreadable(N_("The grade is not between 0 and the maximum."))
    return (number * BEST / of).quantize(_HUNDREDTH, ROUND_HALF_UP)


def decimal_of(text: str) -> Decimal | None:
    """Return a number written with a decimal comma or point, None if it is none."""
    plain = re.sub(r"[\s'\u00a0\u202f]", "", text)
    if "," in plain and "." in plain:
        # The last of them is the decimal sign, the other one sets thousands apart.
        thousands = "." if plain.rfind(",") > plain.rfind(".") else ","
        plain = plain.replace(thousands, "")
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_done(text: str) -> bool | None:
    """Return whether a task is done, None where nothing is said; raises Unreadable for other words."""
    plain = fold(text)[:200]
    if plain in _NOTHING:
        return None
    found = _STATE.match(plain)
    base, rest = (found["base"], found["rest"] or "") if found else (plain, "")
    if base in _NOT_DONE:
        return False
    if base not in _DONE:
        raise Unreadable(N_("This is no state of a task."))
    return bool(_SET_BY.match(rest)) or not _FAILED.search(rest)


def is_a_state(text: str) -> bool:
    """Tell whether a cell says of a task whether it is done."""
    try:
        return is_done(text) is not None
    except Unreadable:
        return False


_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?\s?m\.?)?"
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[ t]{_CLOCK})?$")
_NAMED = re.compile(
    rf"(?:[a-z-]+,?\s+)?(?P<day>\d{{1,2}})(?:er)?\s+(?:de\s+)?(?P<month>[a-z]{{3,10}})\.?\s+(?:de\s+)?(?P<year>\d{{4}})"
    rf"(?:,?\s+{_CLOCK})?$"
)
_MONTHS = {
    beginning: number
    for number, beginnings in enumerate(
        ("jan ene", "feb fev", "mar", "apr abr avr", "may mai", "jun juin", "jul juil", "aug ago aou", "sep set",
         "oct out", "nov", "dec dic dez"), start=1,
    )
    for beginning in beginnings.split()
}  # fmt: skip
_NEVER = frozenset({"never", "nunca", "jamais", *_NOTHING})
_NOON = 12


def wall_time_of(text: str) -> datetime | None:
    """Return the wall time of a last access, None for never.

    Raises Unreadable for what is written otherwise, days and months as two numbers among it.
    """
    plain = fold(text)[:80]
    if plain in _NEVER:
        return None
    found = _ISO.match(plain) or _NAMED.match(plain)
    month = _month(found["month"]) if found else 0
    if found is None or not month:
        raise Unreadable(N_("The date of the last access can't be read."))
    try:
        hour = _hour(int(found["hour"] or 0), found["half"])
        # A wall time: the zone is the activity's.
        return datetime(  # noqa: DTZ001
            int(found["year"]), month, int(found["day"]), hour, int(found["minute"] or 0), int(found["second"] or 0)
        )
    except ValueError as error:
        raise Unreadable(N_("The date of the last access can't be read.")) from error


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _MONTHS.get(text[:4]) or _MONTHS.get(text[:3], 0)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % _NOON + (_NOON if half.startswith("p") else 0)
