"""People who can register and activities they can register in, made before anything is measured."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import Connection, insert

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import Model, writing
from ilpes_lms.core.ids import digest, new_token, public_id
from ilpes_lms.people.models import Account, EmailAddress, Person, SignIn


@dataclass(frozen=True)
class Registrant:
    """A person with the bearer token of their account."""

    person_id: int
    account_ref: str
    token: str
    email: str


def people(app: Flask, number: int) -> list[Registrant]:
    """Add people with a confirmed address, an account and a token."""
    with app.app_context(), writing() as session:
        connection = session.connection()
        return [_person(connection, place) for place in range(1, number + 1)]


def activities(app: Flask, number: int, *, capacity: int | None) -> list[str]:
    """Add open webinars that take registrations; return their references."""
    with app.app_context(), writing():
        return [_webinar(place, capacity) for place in range(1, number + 1)]


def _webinar(place: int, capacity: int | None) -> str:
    day = clock.today("UTC") + timedelta(days=10 + place % 20)
    activity = catalogue.create_activity(
        kind="webinar", titles={"es": f"Seminario web {place}"}, starts_on=day, ends_on=day, capacity=capacity
    )
    return catalogue.publish(activity_ref=activity.public_id).public_id


def _person(connection: Connection, place: int) -> Registrant:
    now, account_ref, token = clock.now(), public_id(), new_token()
    person_id = _added(
        connection, Person, given_names="Ana", first_surname=f"Rojas {place}", certificate_name=f"Ana Rojas {place}",
        name_key=f"rojas {place} ana", sex="female", residence_country="CHL", created_at=now,
    )  # fmt: skip
    address = f"person{place}@example.org"
    _added(connection, EmailAddress, person_id=person_id, address=address, address_key=address, verified_at=now)
    account_id = _added(connection, Account, public_id=account_ref, person_id=person_id, created_at=now)
    _added(
        connection, SignIn, account_id=account_id, kind="token", secret_digest=digest(token), created_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return Registrant(person_id, account_ref, token, address)


def _added(connection: Connection, model: type[Model], **values: object) -> int:
    table = Model.metadata.tables[model.__tablename__]
    return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
