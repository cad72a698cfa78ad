"""What the chain of the record refuses."""

from ilpes_lms.core.errors import Conflict
from ilpes_lms.core.text import N_


class ChainBroken(Conflict):
    message = N_(
        "The record is not what was written down of it. No more of it is written down until it is looked into."
    )
