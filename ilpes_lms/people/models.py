"""Persons, how to reach them, how they sign in, what they may do, where they work."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.core import witness
from ilpes_lms.core.database import Model
from ilpes_lms.core.ids import public_id
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people.rules import full_name


class Organization(Model):
    """A place where people work. `name_key` is the folded name, one entry a name and country.

    One that was merged (`merged_into_id`) leads to the one that stays; nobody works there any more.
    """

    __tablename__ = "organizations"
    __table_args__ = (UniqueConstraint("name_key", "country", name="uq_organizations_name_country"),)

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), index=True)
    country: Mapped[str] = mapped_column(String(3))
    sector: Mapped[str | None] = mapped_column(String(40))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))


class Person(Model):
    """A human being, once. Of one who was erased (`forgotten_at`) the row is left, and says nothing of them.

    Of one who was merged into another (`merged_into_id`), because both are one person, it leads there.
    """

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint("sex IN ('female', 'male', 'other', 'not_stated')", name="sex"),
        CheckConstraint("language IN ('es', 'en', 'pt', 'fr')", name="language"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    given_names: Mapped[str] = mapped_column(String(120))
    first_surname: Mapped[str] = mapped_column(String(120))
    second_surname: Mapped[str] = mapped_column(String(120), default="")
    certificate_name: Mapped[str] = mapped_column(String(400))
    name_key: Mapped[str] = mapped_column(String(400), index=True)
    sex: Mapped[str] = mapped_column(String(12), default="not_stated")
    residence_country: Mapped[str | None] = mapped_column(String(3))
    nationality: Mapped[str | None] = mapped_column(String(3))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    organization_text: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    sector: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2), default="es")
    working_languages: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    zone: Mapped[str] = mapped_column(String(64), default=institute_zone)
    accessibility_needs: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    organization: Mapped[Organization | None] = relationship()
    emails: Mapped[list["EmailAddress"]] = relationship(back_populates="person", order_by="EmailAddress.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own attribute

    @property
    def full_name(self) -> str:
        return full_name(self.given_names, self.first_surname, self.second_surname)

    @property
    def organization_name(self) -> str:
        return self.organization.name if self.organization else self.organization_text


@event.listens_for(Person, "load")
def _witness(person: Person, _context: Any) -> None:
    witness.note(person.id, person.public_id)


class EmailAddress(Model):
    """An address of a person; `address_key` is its folded form, and belongs to one person only."""

    __tablename__ = "email_addresses"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    address_key: Mapped[str] = mapped_column(String(254), unique=True)
    verified_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="emails")


class Account(Model):
    """The means to sign in; usable once an address of the person is verified."""

    __tablename__ = "accounts"

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class RoleGrant(Model):
    """A role of a person: everywhere, or for one division or one organization; until a moment, or until taken back."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('administrator', 'coordinator', 'statistics_reader', 'focal_point', 'auditor')", name="role"
        ),
        Index("ix_role_grants_person_role", "person_id", "role"),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str] = mapped_column(String(40))
    division: Mapped[str | None] = mapped_column(String(40))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    revoked_at: Mapped[datetime | None]

    organization: Mapped[Organization | None] = relationship()


class SignIn(Model):
    """One signed-in browser or program; ending it makes its cookie or token useless."""

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint("kind IN ('browser', 'token')", name="kind"),)

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    network: Mapped[str] = mapped_column(String(4), default="", server_default="")
    provider_factor: Mapped[bool] = mapped_column(default=False, server_default=false())


class SecondFactor(Model):
    """What makes the codes of an account's second factor; asked for once `confirmed_at` says that its owner has it.

    `secret` is sealed. `last_step` is the time step of the last code that was taken: none is taken twice.
    """

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    secret: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code on paper for whoever lost what makes the others; good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("factor_id", "code_digest", name="uq_recovery_codes_once"),)

    factor_id: Mapped[int] = mapped_column(ForeignKey("second_factors.id"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class ProviderIdentity(Model):
    """Who an account's owner is at a provider of sign-ins: the provider's own name for them, which never changes."""

    __tablename__ = "provider_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_provider_identities_once"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(300))
    linked_at: Mapped[datetime]


class FormerAddress(Model):
    """An address that a person had and changed for another; it leads nowhere and may become somebody else's."""

    __tablename__ = "former_addresses"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    left_at: Mapped[datetime]


class OneTimeToken(Model):
    """What a link sent by mail stands for: one purpose, once, until a time.

    Only the signed `public_id` leaves, so neither this table nor a stored letter opens an account by itself.
    `values` keep what somebody typed at sign-up until the address is confirmed: no person exists before.
    """

    __tablename__ = "one_time_tokens"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('confirm_email', 'reset_password', 'second_step', 'change_email', 'object_email')",
            name="purpose",
        ),
    )

    public_id: Mapped[str] = mapped_column(String(26), unique=True, default=public_id)
    purpose: Mapped[str] = mapped_column(String(20))
    address_key: Mapped[str] = mapped_column(String(254), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    values: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Consent(Model):
    """A person's agreement to one version of the privacy notice."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("person_id", "notice_version", name="uq_consents_once"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    notice_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]


class Attempt(Model):
    """A failed or costly attempt, counted under digests of the account's address and of the caller's."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
