"""The catalogue's verbs: one function, one transaction.

`divisions` is what the acting coordinator is restricted to, empty for no restriction; an activity outside it
does not exist for them.
"""

from ilpes_lms.catalogue.service.activities import (
    archive,
    cancel,
    clone,
    close,
    create_activity,
    edit_activity,
    publish,
    reopen,
    take_step,
)
from ilpes_lms.catalogue.service.class_sessions import (
    add_class_session,
    cancel_class_session,
    edit_class_session,
    remove_class_session,
)
from ilpes_lms.catalogue.service.courses import create_course
from ilpes_lms.catalogue.service.headcounts import close_with_headcount, record_headcount
from ilpes_lms.catalogue.service.listeners import (
    Rescheduled,
    When,
    when_called_off,
    when_cancelled,
    when_cloned,
    when_edited,
    when_moved,
    when_of,
    when_replanned,
    when_rescheduled,
    when_resized,
)
from ilpes_lms.catalogue.service.materials import add_material, change_material, move_material, remove_material
from ilpes_lms.catalogue.service.modules import add_module, change_module, move_module, remove_module
from ilpes_lms.catalogue.service.patterns import Plan, Planned, add_pattern, plan
from ilpes_lms.catalogue.service.places import lock, lock_managed, lock_public, set_counts
from ilpes_lms.catalogue.service.records import Foreseen, foresee_switch, switch_record
from ilpes_lms.catalogue.service.staff import assign, assign_by_address, forget, unassign
from ilpes_lms.catalogue.service.values import faults_of_activity

__all__ = [
    "Foreseen",
    "Plan",
    "Planned",
    "Rescheduled",
    "When",
    "add_class_session",
    "add_material",
    "add_module",
    "add_pattern",
    "archive",
    "assign",
    "assign_by_address",
    "cancel",
    "cancel_class_session",
    "change_material",
    "change_module",
    "clone",
    "close",
    "close_with_headcount",
    "create_activity",
    "create_course",
    "edit_activity",
    "edit_class_session",
    "faults_of_activity",
    "foresee_switch",
    "forget",
    "lock",
    "lock_managed",
    "lock_public",
    "move_material",
    "move_module",
    "plan",
    "publish",
    "record_headcount",
    "remove_class_session",
    "remove_material",
    "remove_module",
    "reopen",
    "set_counts",
    "switch_record",
    "take_step",
    "unassign",
    "when_called_off",
    "when_cancelled",
    "when_cloned",
    "when_edited",
    "when_moved",
    "when_of",
    "when_replanned",
    "when_rescheduled",
    "when_resized",
]
