"""The chain over the record: one link an entry, written after it."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core.database import Model


class AuditLink(Model):
    """An entry's place in the chain (`rules.linked`); an empty salt is that of a part that was erased.

    Triggers refuse every DELETE, and every UPDATE but one that takes a salt away.
    """

    __tablename__ = "audit_links"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(number = 1) = (predecessor = '')", name="chain"),
        UniqueConstraint("number", name="uq_audit_links_number"),
        UniqueConstraint("entry_id", name="uq_audit_links_entry_id"),
        # The chain does not fork, whoever chains.
        UniqueConstraint("predecessor", name="uq_audit_links_predecessor"),
    )

    number: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"))
    predecessor: Mapped[str] = mapped_column(String(64))
    actor_salt: Mapped[str] = mapped_column(String(32))
    actor_seal: Mapped[str] = mapped_column(String(64))
    object_salt: Mapped[str] = mapped_column(String(32))
    object_seal: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    # None where somebody deleted it, which the database refuses and its owner can force.
    entry: Mapped[AuditEntry | None] = relationship(viewonly=True)
