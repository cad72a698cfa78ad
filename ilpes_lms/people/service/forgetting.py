"""What is kept for a time only."""

from ilpes_lms.core.database import transaction
from ilpes_lms.people.service import attempts, sign_ins, tokens


@transaction
def forget_old() -> None:
    """Delete attempts, links and ended sign-ins that nothing looks at any more."""
    attempts.forget_old()
    tokens.forget_old()
    sign_ins.forget_old()
