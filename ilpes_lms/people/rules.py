"""What is decided about people, without a database: addresses, names, passwords, roles."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email

from ilpes_lms.core.text import visible
from ilpes_lms.people import errors

PRIVACY_NOTICE_VERSION = "2026-01"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 120
LONGEST_ADDRESS = 254

CONFIRMATION_LASTS = timedelta(hours=48)
RESET_LASTS = timedelta(hours=2)
BROWSER_SIGN_IN_LASTS = timedelta(days=14)
TOKEN_LASTS = timedelta(days=365)

# What mail programs turn into a link: a name travels in letters to addresses that nobody has confirmed.
_LINK = re.compile(r"[<>@/\\]|\b\w{2,}\.\w{2,}")


@dataclass(frozen=True)
class Limit:
    """How many attempts are let through within a time."""

    attempts: int
    within: timedelta


# An institution's whole class may stand behind one address, so a caller may fail more often than an account.
LIMITS = {
    "sign_in.account": Limit(10, timedelta(minutes=15)),
    "sign_in.caller": Limit(100, timedelta(minutes=15)),
    "sign_up.account": Limit(5, timedelta(hours=1)),
    "sign_up.caller": Limit(200, timedelta(hours=1)),
    "reset.account": Limit(5, timedelta(hours=1)),
    "reset.caller": Limit(200, timedelta(hours=1)),
    # Places held for addresses that nobody has confirmed: whoever is beyond this registers without one being held.
    "hold.account": Limit(10, timedelta(hours=24)),
    "hold.caller": Limit(10, timedelta(hours=24)),
    # A whole class may sit behind one address; only wrong codes are kept.
    "check_in.account": Limit(10, timedelta(minutes=10)),
    "check_in.caller": Limit(300, timedelta(minutes=10)),
    # Checks of certificates, by code and by file; only those that found none are kept.
    "verify.account": Limit(60, timedelta(minutes=10)),
    "verify.caller": Limit(120, timedelta(minutes=10)),
    "verify_file.account": Limit(30, timedelta(minutes=10)),
    "verify_file.caller": Limit(60, timedelta(minutes=10)),
}
LONGEST_MEMORY = max(limit.within for limit in LIMITS.values())


@dataclass(frozen=True)
class RoleScope:
    """By what a role may be limited."""

    division: bool = False
    organization: bool = False


# Instructor is not here: it follows from assignments.
ROLES = {
    "administrator": RoleScope(),
    "coordinator": RoleScope(division=True),
    "statistics_reader": RoleScope(),
    "focal_point": RoleScope(organization=True),
}


def one_line(text: str, *, longest: int, field: str | None = None) -> str:
    """Return a text as one line of composed characters without control characters; refuse what is too long."""
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    line = " ".join(_writable(spaced).split())
    if len(line) > longest:
        raise errors.TextTooLong(field=field, longest=longest)
    return line


def lines(text: str, *, longest: int, field: str | None = None) -> str:
    """Return a text of several lines without other control characters; refuse what is too long."""
    kept = "\n".join(_writable(line).rstrip() for line in text.splitlines()).strip()
    if len(kept) > longest:
        raise errors.TextTooLong(field=field, longest=longest)
    return kept


def name_part(text: str, *, field: str, needed: bool = True, longest: int = LONGEST_NAME) -> str:
    """Return a part of a name as it is stored; refuse an empty one that is needed, and links in disguise."""
    name = one_line(text, longest=longest, field=field)
    if needed and not name:
        raise errors.NameMissing(field=field)
    if _LINK.search(name) or (needed and not any(c.isalpha() for c in name)):
        raise errors.NameNotValid(field=field)
    return name


def full_name(given_names: str, first_surname: str, second_surname: str = "") -> str:
    """Return the parts of a name in their order, as a certificate shows them unless the person says otherwise."""
    return " ".join(part for part in (given_names, first_surname, second_surname) if part)


def name_from_address(email: str) -> tuple[str, str]:
    """Return given names and a surname to begin with, read from `ana.soto@example.org`, for accounts of staff."""
    local, _, host = email.partition("@")
    words = [word.capitalize() for word in re.split(r"[\W\d_]+", local) if word] or ["Staff"]
    given, surnames = words[:1], words[1:] or [re.sub(r"[\W\d_]+", " ", host.partition(".")[0]).strip().capitalize()]
    return " ".join(given), " ".join(surnames) or "Staff"


def address(text: str, *, field: str = "email") -> str:
    """Return an e-mail address in its normal form; refuse what is none."""
    try:
        found = validate_email(_writable(text).strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise errors.AddressNotValid(field=field) from error
    normal: str = found.normalized
    if len(normal.casefold()) > LONGEST_ADDRESS:
        raise errors.AddressNotValid(field=field)
    return normal


def address_key(text: str) -> str:
    """Return the form under which an address is looked up; a text that is no address has one too, which nobody has."""
    try:
        return address(text).casefold()
    except errors.AddressNotValid:
        return " ".join(_writable(text).casefold().split())[:LONGEST_ADDRESS]


def check_password(password: str, *, email: str, field: str = "password") -> None:
    """Refuse a password that is too short, too long, or the person's own address."""
    if len(password) < SHORTEST_PASSWORD:
        raise errors.PasswordTooShort(field=field, shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise errors.PasswordTooLong(field=field, longest=LONGEST_PASSWORD)
    if password.strip().casefold() in {email.strip().casefold(), address_key(email)}:
        raise errors.PasswordIsAddress(field=field)


def check_consent(*, agreed: bool) -> None:
    """Refuse an account for whoever has not agreed to the privacy notice."""
    if not agreed:
        raise errors.ConsentMissing(field="consent")


def check_role(role: str, *, division: str | None, organization_id: int | None) -> None:
    """Refuse a role that does not exist, or a limit that it does not have."""
    scope = ROLES.get(role)
    if scope is None:
        raise errors.UnknownRole(field="role")
    if division is not None and not scope.division:
        raise errors.ScopeNotForRole(field="division")
    if organization_id is not None and not scope.organization:
        raise errors.ScopeNotForRole(field="organization")
    if scope.organization and organization_id is None:
        raise errors.OrganizationMissing(field="organization")


def divisions_of(grants: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """Return the divisions that roles are limited to; empty means not limited.

    `grants` are pairs of a role and its division. One grant without a division lifts the limit.
    """
    scopes = {division for role, division in grants if role in ("administrator", "coordinator")}
    return frozenset() if None in scopes else frozenset(scope for scope in scopes if scope)


def device_name(user_agent: str) -> str:
    """Return a browser's name as its owner recognizes it in a list, for example `Firefox, Android`."""
    browser = _first_of(user_agent, {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome",
                                     "Safari/": "Safari"})  # fmt: skip
    system = _first_of(user_agent, {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
                                    "Mac OS X": "macOS", "Linux": "Linux"})  # fmt: skip
    return ", ".join(part for part in (browser, system) if part)


def _first_of(text: str, names: dict[str, str]) -> str:
    return next((name for sign, name in names.items() if sign in text), "")


def _writable(text: str) -> str:
    return "".join(c for c in visible(text) if unicodedata.category(c) != "Cc")
