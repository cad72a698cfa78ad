"""What ends sign-ins, and the lock under which whatever is about an account happens."""

from sqlalchemy import update

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.ids import digest, public_id
from ilpes_lms.people import letters, queries, rules
from ilpes_lms.people.models import Account, SignIn
from ilpes_lms.people.service import tokens


@transaction
def sign_out_everywhere(*, person_id: int, reason: str, keep_key: str = "") -> int:
    """End somebody's sign-ins and tokens in the name of an administrator, and return how many there were.

    A sign-in that waits for its code ends with them; the one of `keep_key`, an administrator's own, goes on. The owner
    is told, unless there was nothing to end. Raises NotFound for somebody without an account, ReasonMissing.
    """
    why = rules.given_reason(reason)
    found = queries.account_of(person_id)
    account = locked(found.id if found else 0)
    in_force = [one for one in queries.sign_ins_of(account.id) if one.secret_digest != digest(keep_key)]
    end_all_sign_ins(account_id=account.id, except_key=keep_key)
    tokens.use_up_of_account("second_step", account.id)
    if in_force:
        audit.record("account.signed_out", "account", account.public_id, reason=why, sign_ins=len(in_force))
        letters.post("people.signed_out", key=f"people.signed_out:{public_id()}", values={}, person_id=person_id)
    return len(in_force)


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
