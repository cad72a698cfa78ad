"""Questions about organizations; whatever was merged into another is found as that one."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.pagination import Page, page_of
from ilpes_lms.core.text import fold
from ilpes_lms.people.models import Organization


def organizations_like(text: str, limit: int = 20) -> Sequence[Organization]:
    """Return organizations whose name holds a text, whatever its accents and case."""
    statement = select(Organization).where(
        Organization.name_key.contains(fold(text), autoescape=True), Organization.merged_into_id.is_(None)
    )
    return db.session.scalars(statement.order_by(Organization.name_key, Organization.id).limit(limit)).all()


def organization_key(name: str) -> str:
    """Return the form under which an organization's name is looked up; a few letters fold into several."""
    return fold(name)[:300]


def organization_named(name: str, country: str | None) -> Organization | None:
    """Return the organization of exactly this name, whatever its accents and case, in a country."""
    statement = select(Organization).where(
        Organization.name_key == organization_key(name), Organization.country == country
    )
    return _now(db.session.scalar(statement))


def organizations_named(names: Collection[tuple[str, str | None]]) -> dict[tuple[str, str | None], Organization]:
    """Return those of these names, each in its country, that are known, as `organization_named` finds them."""
    keys = {organization_key(name) for name, _country in names}
    found = db.session.scalars(select(Organization).where(Organization.name_key.in_(keys))) if keys else ()
    known: dict[tuple[str, str | None], Organization | None] = {(one.name_key, one.country): _now(one) for one in found}
    wanted = ((name, country, known.get((organization_key(name), country))) for name, country in names)
    return {(name, country): one for name, country, one in wanted if one is not None}


def organization_by_ref(organization_ref: str) -> Organization:
    """Return an organization by public id; raises NotFound."""
    found = db.session.scalar(select(Organization).where(Organization.public_id == organization_ref))
    if found is None:
        raise NotFound
    return found


def organizations_called(text: str) -> Sequence[Organization]:
    """Return the organizations that a reference or a whole name means; two of one name differ by country."""
    statement = select(Organization).where(
        (Organization.public_id == text) | (Organization.name_key == organization_key(text))
    )
    found = {one.id: one for one in map(_now, db.session.scalars(statement.limit(3))) if one}
    return list(found.values())[:2]


def organization_names(refs: Iterable[str]) -> list[str]:
    """Return the names of organizations given by public id, sorted."""
    return [found.name for found in organizations_of(refs)]


def organizations_of(refs: Iterable[str]) -> Sequence[Organization]:
    """Return the organizations given by public id, by name."""
    statement = select(Organization).where(Organization.public_id.in_(list(refs)))
    return db.session.scalars(statement.order_by(Organization.name_key, Organization.id)).all()


def organizations_found(text: str = "", *, cursor: str | None = None, size: int = 20) -> Page[Organization]:
    """Return organizations whose name holds a text, by name, without those that were merged."""
    statement = select(Organization).where(Organization.merged_into_id.is_(None))
    if wanted := fold(text):
        statement = statement.where(Organization.name_key.contains(wanted, autoescape=True))
    return page_of(statement, keys=[Organization.name_key, Organization.id], cursor=cursor, size=size)


def _now(found: Organization | None) -> Organization | None:
    """Return the organization that one was merged into, itself where it was not."""
    while found is not None and found.merged_into_id is not None:
        found = db.session.get(Organization, found.merged_into_id)
    return found
