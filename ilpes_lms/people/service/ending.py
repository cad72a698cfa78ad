"""What ends sign-ins, and the lock under which whatever is about an account happens."""

from sqlalchemy import update

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest
from ilpes_lms.people.models import Account, SignIn


@transaction
def end_all_sign_ins(*, account_id: int, except_key: str = "", kind: str | None = None) -> None:
    """End every sign-in of an account or every one of a kind, but for one if its key is given."""
    ended = update(SignIn).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.secret_digest != digest(except_key)
    )
    db.session.execute((ended.where(SignIn.kind == kind) if kind else ended).values(ended_at=clock.now()))


def locked(account_id: int) -> Account:
    """Return an account, locked and fresh; raises NotFound."""
    account = db.session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound
    return account
