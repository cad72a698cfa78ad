"""Links to what participants need, in the order in which they are shown."""

from collections.abc import Iterable

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.errors import MaterialTitleMissing, TooManyMaterials
from ilpes_lms.catalogue.models import Activity, Material
from ilpes_lms.catalogue.queries.activities import material_in
from ilpes_lms.catalogue.rules.values import check_link
from ilpes_lms.catalogue.service.places import lock_managed
from ilpes_lms.core import ordering
from ilpes_lms.core.database import db, transaction
from ilpes_lms.people.rules import one_line

ANYWHERE: frozenset[str] = frozenset()
MOST_MATERIALS = 100
_LONGEST_TITLE, _LONGEST_LINK = 200, 500


@transaction
def add_material(*, activity_ref: str, title: str, link: str, divisions: frozenset[str] = ANYWHERE) -> Material:
    """Add a link at the end of an activity's materials."""
    activity = lock_managed(activity_ref, divisions)
    if len(activity.materials) >= MOST_MATERIALS:
        raise TooManyMaterials(most=MOST_MATERIALS)
    material = Material(activity_id=activity.id, number=ordering.next_number(activity.materials))
    _write(material, title, link)
    activity.materials.append(material)
    db.session.flush()
    audit.record("material.added", "activity", activity.public_id)
    return material


@transaction
def change_material(
    *, activity_ref: str, material_ref: str, title: str, link: str, divisions: frozenset[str] = ANYWHERE
) -> Material:
    """Correct a material's title or link."""
    activity = lock_managed(activity_ref, divisions)
    material = material_in(activity, material_ref)
    _write(material, title, link)
    audit.record("material.changed", "activity", activity.public_id)
    return material


@transaction
def move_material(
    *, activity_ref: str, material_ref: str, direction: ordering.Direction, divisions: frozenset[str] = ANYWHERE
) -> Activity:
    """Let a material change places with its neighbour."""
    activity = lock_managed(activity_ref, divisions)
    ordering.move(activity.materials, material_in(activity, material_ref), direction)
    db.session.expire(activity, ["materials"])
    return activity


@transaction
def remove_material(*, activity_ref: str, material_ref: str, divisions: frozenset[str] = ANYWHERE) -> Activity:
    """Take a material off the list."""
    activity = lock_managed(activity_ref, divisions)
    material = material_in(activity, material_ref)
    activity.materials.remove(material)
    db.session.delete(material)
    db.session.flush()
    audit.record("material.removed", "activity", activity.public_id)
    return activity


def copy_materials(models: Iterable[Material], activity: Activity) -> None:
    """Give an activity copies of materials, in their order."""
    for number, model in enumerate(models, start=1):
        db.session.add(Material(activity_id=activity.id, number=number, title=model.title, link=model.link))
    db.session.flush()


def _write(material: Material, title: str, link: str) -> None:
    material.title = one_line(title, longest=_LONGEST_TITLE, field="title")
    if not material.title:
        raise MaterialTitleMissing(field="title")
    material.link = one_line(link, longest=_LONGEST_LINK, field="link")
    check_link(material.link or "-", field="link")
