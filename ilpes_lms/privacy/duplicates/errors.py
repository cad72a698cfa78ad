"""What can be refused about people who may be one."""

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.text import N_


class PairUnknown(NotFound):
    message = N_("This pair is not proposed any more: one of the two was merged, changed or erased.")
