"""What JSON clients send and get; names of fields are the service's."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from ilpes_lms.people import service
from ilpes_lms.people.service import Confirmed
from ilpes_lms.web.api import In, Out, Query
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.faults import Refused

# A space at the end of a password is a part of it.
Password = Annotated[str, StringConstraints(strip_whitespace=False)]


class SignUpIn(In):
    """All that is asked for an account."""

    email: str
    password: Password
    given_names: str
    first_surname: str
    second_surname: str = ""
    country: str = Field(description="ISO 3166-1 alpha-3")
    sex: str = Field(description="female, male, other or not_stated")
    organization: str = ""
    language: str
    zone: str | None = Field(None, description="IANA time zone; by default that of the country")
    consent: bool = Field(description="agreement to the privacy notice")

    @field_validator("*")
    @classmethod
    def as_the_service_takes_it(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse here what the service would, so that all faults are told at once, those of shape among them."""
        given = {"email": info.data.get("email", ""), str(info.field_name): value} if value is not None else {}
        for refusal in service.faults_of_sign_up(given):
            if refusal.field == info.field_name:
                raise Refused(refusal)
        return value


class AcceptedOut(Out):
    """The same for every address, known or not."""

    status: str


class LinkIn(In):
    """The last part of a link that was sent by mail."""

    token: str


class OutcomeOut(Out):
    """What came of what the sign-up asked for beside an account, for example a place; `refused` says why nothing."""

    name: str
    values: dict[str, str | int | None]
    refused: str | None

    @classmethod
    def of(cls, confirmed: Confirmed) -> "OutcomeOut | None":
        if confirmed.carried is None or confirmed.outcome is None:
            return None
        refused = confirmed.outcome.refused
        return cls(
            name=confirmed.carried.name,
            values=confirmed.outcome.values,
            refused=text_of(refused) if refused else None,
        )


class ConfirmedOut(Out):
    """The address is confirmed; a token can now be made."""

    status: str
    outcome: OutcomeOut | None


class CredentialsIn(In):
    """An address, its password, and how the token is called in the list of sign-ins."""

    email: str
    password: Password
    label: str = Field("", max_length=200)
    code: str = Field("", max_length=40, description="of the second factor, for accounts that have one")


class TokenOut(Out):
    """A bearer token; it is shown this once."""

    token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class ProofIn(In):
    """A code of the second factor and the present password."""

    code: str = Field(max_length=40)
    password: Password


class SetupOut(Out):
    """The secret of a second factor that waits to be confirmed, as text and as a QR code holds it."""

    secret: str
    uri: str


class SecondFactorOut(Out):
    """Whether a second factor is asked for, since when, and how many recovery codes are left."""

    in_force: bool
    since: datetime | None
    recovery_codes_left: int


class RecoveryCodesOut(Out):
    """Recovery codes, each good once; they are shown this once."""

    recovery_codes: list[str]


class ReasonIn(In):
    """Why it is done; kept in the audit record."""

    reason: str


class SignedOutOut(Out):
    """How many sign-ins and tokens were ended."""

    ended: int


class ConsentIn(In):
    """Agreement to a version of the privacy notice, which must be the one in force."""

    notice_version: str


class ConsentOut(Out):
    """One agreement."""

    notice_version: str
    given_at: datetime


class ConsentsOut(Out):
    """The version in force, and to which ones one agreed, newest first."""

    in_force: str
    items: list[ConsentOut]


class AddressIn(In):
    """A new address, and the present password."""

    email: str
    password: Password


class ResetIn(In):
    """The address of the account whose password was forgotten."""

    email: str


class NewPasswordIn(In):
    """A new password, by a link."""

    token: str
    password: Password


class ChangePasswordIn(In):
    """A new password, by the old one."""

    current: Password
    password: Password


class OrganizationOut(Out):
    """An organization of the list."""

    public_id: str
    name: str
    country: str
    sector: str | None


class ProfileIn(In):
    """What changes; what is left out stays as it is."""

    given_names: str | None = None
    first_surname: str | None = None
    second_surname: str | None = None
    certificate_name: str | None = None
    sex: str | None = None
    country: str | None = None
    nationality: str | None = None
    organization: str | None = None
    position: str | None = None
    sector: str | None = None
    language: str | None = None
    working_languages: list[Literal["es", "en", "pt", "fr"]] | None = Field(None, max_length=4)
    zone: str | None = None
    accessibility_needs: str | None = None

    @field_validator("*")
    @classmethod
    def as_the_service_takes_it(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse here what the service would, so that all faults are told at once, those of shape among them."""
        for refusal in service.faults_of_profile({str(info.field_name): value}):
            raise Refused(refusal)
        return value


class MeOut(Out):
    """What is known of oneself."""

    public_id: str
    emails: list[str]
    given_names: str
    first_surname: str
    second_surname: str
    certificate_name: str
    sex: str
    country: str | None
    nationality: str | None
    organization: str
    position: str
    sector: str | None
    language: str
    working_languages: list[str]
    zone: str
    accessibility_needs: str
    roles: list[str]
    permissions: list[str]


class SignInOut(Out):
    """One place where one is signed in."""

    public_id: str
    kind: str
    label: str
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime | None
    network: str = Field(description="ipv4, ipv6, or nothing if it is not known")


class SignInsOut(Out):
    """All places where one is signed in."""

    items: list[SignInOut]


class PeopleQuery(Query):
    """A search; without `q`, everyone."""

    q: str = Field("", max_length=200)
    country: str = Field("", max_length=3)
    role: str = Field("", max_length=40)
    cursor: str | None = None
    limit: int = Field(20, ge=1, le=100)


class OrganizationsQuery(Query):
    """A part of a name."""

    q: str = Field("", max_length=300)


class OrganizationsOut(Out):
    """Organizations whose name holds the text."""

    items: list[OrganizationOut]


class PersonIn(In):
    """Someone entered by an administrator; they get a password by a reset or a sign-up."""

    email: str
    given_names: str
    first_surname: str
    second_surname: str = ""
    sex: str = "not_stated"
    country: str | None = None
    organization: str = ""
    language: str = "es"


class GrantIn(In):
    """A role, everywhere or limited, for good or until a day."""

    role: str
    division: str | None = None
    organization: str | None = Field(None, description="public id of the organization a focal point speaks for")
    ends_on: date | None = Field(None, description="last day of the role, by the institute's clocks")
    reason: str = Field(min_length=1, description="why the person gets it")


class GrantOut(Out):
    """A role that a person has, or had."""

    public_id: str
    role: str
    division: str | None
    granted_at: datetime
    ends_at: datetime | None = Field(description="when it ends by itself")
    reason: str
    revoked_at: datetime | None = Field(description="when it was taken back")


class GrantsOut(Out):
    """A person's roles: those in force, and those that ended or were taken back."""

    items: list[GrantOut]
    former: list[GrantOut]


class PersonOut(Out):
    """A person as administrators see them."""

    public_id: str
    name: str
    emails: list[str]
    country: str | None
    organization: str
    disabled: bool
    roles: list[GrantOut]


class PeopleOut(Out):
    """A page of people."""

    items: list[PersonOut]
    next_cursor: str | None


class TermOut(Out):
    """A code, and what it is called by language."""

    code: str
    labels: dict[str, str]


class VocabulariesOut(Out):
    """The codes that are stored, by vocabulary."""

    divisions: list[TermOut]
    topics: list[TermOut]
    sectors: list[TermOut]
    sexes: list[TermOut]
    countries: list[TermOut]
