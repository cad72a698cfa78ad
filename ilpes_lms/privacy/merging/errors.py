"""Why two records can't become one, or two again; each says how to go on."""

from ilpes_lms.core.errors import Conflict, Invalid, NotFound, Stale
from ilpes_lms.core.text import N_


class NobodyMeant(Invalid):
    message = N_("Nobody here has this address or code. Look the person up under People, and copy the code from there.")


class NoOrganizationMeant(Invalid):
    message = N_("No organization here has this name or code, or several have the name. Copy the code from the list.")


class MergeUnknown(NotFound):
    message = N_("This merge does not exist; it goes when one of its people is erased.")


class SameRecord(Conflict):
    message = N_("This is one and the same record. Choose another one.")


class RecordErased(Conflict):
    message = N_("One of the two was erased: nothing is left to merge.")


class ErasureIsAsked(Conflict):
    message = N_("One of the two asked to be erased. Merge when they have taken that back; or else let it happen.")


class RecordMerged(Conflict):
    message = N_("One of the two was merged already. Look the person up again, or undo that merge first.")


class OwnRecord(Conflict):
    message = N_("One of the two is your own record. Another administrator has to merge it.")


class AccountShut(Conflict):
    message = N_("The account of one of the two is disabled. Enable it first, if both are one person.")


class TwoCertificates(Conflict):
    message = N_("Both hold a certificate of %(activity)s. Revoke one of them first.")


class TwoQuotas(Conflict):
    message = N_("Both organizations nominate for %(activity)s. Take the places of one of them back first.")


class LaterMergeFirst(Conflict):
    message = N_("Of the record that stays, something else was merged after that. Undo the later merge first.")


class MergeUndone(Conflict):
    message = N_("This merge was undone already.")


class MergeMoved(Stale):
    message = N_("What would be moved has changed since you looked. Look at the preview again.")


class MergeUnexplained(Invalid):
    message = N_("Say why: whoever reads the record later wants to know.")
