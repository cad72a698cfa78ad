"""What is decided about people, without a database: addresses, names, passwords, roles."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyotp
from email_validator import EmailNotValidError, validate_email

from ilpes_lms.core.text import N_, visible
from ilpes_lms.people import errors, guessing

PRIVACY_NOTICE_VERSION = "2026-11"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 120
LONGEST_ADDRESS = 254
LONGEST_REASON = 500
LONGEST_GRANT_YEARS = 10

CONFIRMATION_LASTS = timedelta(hours=48)
RESET_LASTS = timedelta(hours=2)
SECOND_STEP_LASTS = timedelta(minutes=10)
ADDRESS_CHANGE_LASTS = timedelta(hours=48)
OBJECTION_LASTS = timedelta(days=7)
SEEN_AGAIN_AFTER = timedelta(minutes=10)
BROWSER_SIGN_IN_LASTS = timedelta(days=14)
TOKEN_LASTS = timedelta(days=365)
# A browser of staff opens what is other people's, and stands on desks that others pass.
STAFF_IDLE = timedelta(hours=12)
# Whoever comes once a week, to a class session, is not asked again each time.
OTHERS_IDLE = timedelta(days=8)

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
    # Six digits, three of them good at a time: ten tries in a quarter of an hour find one in years.
    "second_factor.account": Limit(10, timedelta(minutes=15)),
    "second_factor.caller": Limit(100, timedelta(minutes=15)),
    "change_email.account": Limit(5, timedelta(hours=1)),
    "change_email.caller": Limit(200, timedelta(hours=1)),
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
    # Pictures of a certificate's template, which follow what somebody types.
    "certificate_preview.account": Limit(400, timedelta(minutes=10)),
    # Transcripts as PDF, typeset while who asks for one waits.
    "transcript.account": Limit(30, timedelta(minutes=10)),
    # A calendar fetches its feed a few times an hour, but a provider those of many people from one address.
    "feed.account": Limit(60, timedelta(minutes=10)),
    "feed.caller": Limit(1200, timedelta(minutes=10)),
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
    "auditor": RoleScope(),
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


def given_reason(text: str) -> str:
    """Return why somebody does something to another's account, as it is kept; refuse to do it without."""
    reason = one_line(text, longest=LONGEST_REASON, field="reason")
    if not reason:
        raise errors.ReasonMissing(field="reason")
    return reason


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


def check_password(password: str, *, email: str, about: Iterable[str] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long, the person's own address, or easy to guess.

    `about` are texts that tell whose it is: names, where they work.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise errors.PasswordTooShort(field=field, shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise errors.PasswordTooLong(field=field, longest=LONGEST_PASSWORD)
    if password.strip().casefold() in {email.strip().casefold(), address_key(email)}:
        raise errors.PasswordIsAddress(field=field)
    if guessing.is_common(password):
        raise errors.PasswordCommon(field=field)
    if guessing.says_whose(password, (email.partition("@")[0], *about)):
        raise errors.PasswordTellsWhose(field=field)


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


def check_end(ends_on: date | None, today: date) -> None:
    """Refuse a last day that is over."""
    if ends_on is not None and not today <= ends_on <= date(today.year + LONGEST_GRANT_YEARS, 12, 31):
        raise errors.EndNotPlausible(field="ends_on", years=LONGEST_GRANT_YEARS)


# What roles are called, as English gettext keys.
ROLE_LABELS = {
    "administrator": N_("Administrator"),
    "coordinator": N_("Coordinator"),
    "statistics_reader": N_("Statistics reader"),
    "focal_point": N_("Focal point"),
    "instructor": N_("Instructor"),
    "auditor": N_("Auditor"),
}
# Those who see or change what is other people's; a focal point works at an institution and sees whom it named.
STAFF = frozenset({"administrator", "coordinator", "statistics_reader", "auditor"})
SECOND_FACTOR_ISSUER = "ILPES"
_STEP_SECONDS = 30
_RECOVERY_CODES = 10


def owes_second_factor(roles: Iterable[str], *, has_one: bool, required_of: str) -> bool:
    """Tell whether somebody with these roles has to set up a second factor before anything else."""
    return required_of == "staff" and not has_one and not STAFF.isdisjoint(roles)


def is_idle(kind: str, roles: Iterable[str], seen_at: datetime | None, now: datetime) -> bool:
    """Tell whether a sign-in has ended because nobody used it; a program's never does."""
    return kind == "browser" and seen_at is not None and now - seen_at > idle_after(roles)


def idle_after(roles: Iterable[str]) -> timedelta:
    """Return how long a browser of somebody with these roles stays signed in without use."""
    return OTHERS_IDLE if STAFF.isdisjoint(roles) else STAFF_IDLE


def accepted_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Return the time step of a right code, None for a wrong one and for one of a step that was taken before.

    Clocks of telephones go wrong by half a minute, so the step before and the one after count as well.
    """
    present = int(now.timestamp()) // _STEP_SECONDS
    digits, totp = "".join(code.split()), pyotp.TOTP(secret)
    right = [s for s in (present - 1, present, present + 1) if pyotp.utils.strings_equal(digits, totp.generate_otp(s))]
    return next((step for step in right if step > after), None)


def proves_second_factor(claims: Mapping[str, object], accepted: str) -> bool:
    """Tell whether what a provider says of how somebody signed in there (acr, amr) stands for a second factor here."""
    methods = claims.get("amr")
    said = {claims.get("acr"), *(methods if isinstance(methods, list) else ())}
    return any(value in said for value in accepted.split())


def new_recovery_codes() -> list[str]:
    """Return codes of 80 random bits, in groups that can be copied from paper."""
    made = [pyotp.random_base32()[:16].lower() for _ in range(_RECOVERY_CODES)]
    return ["-".join(re.findall("....", code)) for code in made]


def recovery_code(text: str) -> str:
    """Return a recovery code as it is compared, however it was typed."""
    return "".join(c for c in text.casefold() if c.isalnum())


def network_of(caller: str | None) -> str:
    """Return of a caller's address its family only: where somebody is, is nobody's business."""
    try:
        return f"ipv{ipaddress.ip_address(caller or '').version}"
    except ValueError:
        return ""


def check_notice(version: str) -> None:
    """Refuse an agreement to a privacy notice that is not the one in force."""
    if version != PRIVACY_NOTICE_VERSION:
        raise errors.ConsentOutdated(field="notice_version")


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


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a person beside the name; empty where it is not known."""

    organization: str = ""
    position: str = ""
    residence_country: str = ""
    nationality: str = ""
    has_address: bool = True

    @property
    def nothing(self) -> bool:
        return not (self.organization or self.position or self.residence_country or self.nationality)


FACTS = ("organization", "position", "residence_country", "nationality")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two people of one name have in common and in what they differ; facts unknown of one say neither.

    `unknown` is that nothing but a name is known of one of them, as of whom only a report showed.
    """

    same: tuple[str, ...]
    different: tuple[str, ...]
    unknown: bool

    @property
    def speaks_for_one(self) -> bool:
        return bool(self.same) or self.unknown


def evidence(one: Known, other: Known) -> Evidence:
    """Return what speaks for and against two people of one name being one; the name alone says nothing."""
    both = [(name, getattr(one, name), getattr(other, name)) for name in FACTS]
    known = [(name, mine == theirs) for name, mine, theirs in both if mine and theirs]
    return Evidence(
        same=tuple(name for name, agrees in known if agrees),
        different=tuple(name for name, agrees in known if not agrees),
        unknown=any(each.nothing and not each.has_address for each in (one, other)),
    )
