"""Bounces, pace by domain, one message a day, and what the poller needs to find work among much that waits.

Works with the previous release running: to it, a message in a summary is one that is due later, and what it sends
is never offered to be sent again from here, because nothing says whether its secrets are kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_STATES = "'queued', 'sending', 'sent', 'skipped', 'failed'"
_DUE, _LEASED = "state = 'queued' AND digest_id IS NULL", "state = 'sending'"


def upgrade() -> None:
    _widen_messages()
    op.create_table(
        "bounce_reports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.CheckConstraint("source IN ('server', 'mailbox', 'webhook')", name=op.f("ck_bounce_reports_source")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_bounce_reports_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_bounce_reports_key")),
    )
    op.create_index("ix_bounce_reports_message_id", "bounce_reports", ["message_id"])
    op.create_table(
        "bounced_addresses",
        sa.Column("id", _ID, nullable=False),
        sa.Column("address_key", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("since", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounced_addresses")),
        sa.UniqueConstraint("address_key", name=op.f("uq_bounced_addresses_address_key")),
    )
    op.create_table(
        "domain_paces",
        sa.Column("id", _ID, nullable=False),
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("free_at", _AT, nullable=False),
        sa.Column("tail_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_paces")),
        sa.UniqueConstraint("domain", name=op.f("uq_domain_paces_domain")),
    )
    op.create_table(
        "digest_choices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.CheckConstraint("hour >= 0 AND hour <= 23", name=op.f("ck_digest_choices_hour")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_digest_choices_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_choices")),
        sa.UniqueConstraint("person_id", name=op.f("uq_digest_choices_person_id")),
    )


def _widen_messages() -> None:
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("again_of_id", _ID, nullable=True))
        table.add_column(sa.Column("digest_id", _ID, nullable=True))
        table.create_foreign_key(op.f("fk_messages_again_of_id_messages"), "messages", ["again_of_id"], ["id"])
        table.create_foreign_key(op.f("fk_messages_digest_id_messages"), "messages", ["digest_id"], ["id"])
        table.drop_constraint(op.f("ck_messages_state"), type_="check")
        table.create_check_constraint(op.f("ck_messages_state"), f"state IN ({_STATES}, 'bounced')")
    op.execute(sa.text("UPDATE messages SET erased = :no WHERE state NOT IN ('sent', 'skipped')").bindparams(no=False))
    due, leased = sa.text(_DUE), sa.text(_LEASED)
    op.create_index("ix_messages_due", "messages", ["due_at", "id"], postgresql_where=due, sqlite_where=due)
    op.create_index("ix_messages_leased", "messages", ["lease_until"], postgresql_where=leased, sqlite_where=leased)
    op.create_index("ix_messages_digest_id", "messages", ["digest_id"])
    op.create_index("ix_messages_again_of_id", "messages", ["again_of_id"])


def downgrade() -> None:
    for name in ("digest_choices", "domain_paces", "bounced_addresses", "bounce_reports"):
        op.drop_table(name)
    # The previous release knows no bounces: of such a message it says that it failed, with the same reason.
    op.execute("UPDATE messages SET state = 'failed' WHERE state = 'bounced'")
    for name in ("again_of_id", "digest_id", "leased", "due"):
        op.drop_index(f"ix_messages_{name}", table_name="messages")
    with op.batch_alter_table("messages") as table:
        table.drop_constraint(op.f("ck_messages_state"), type_="check")
        table.create_check_constraint(op.f("ck_messages_state"), f"state IN ({_STATES})")
        for name in ("digest_id", "again_of_id"):
            table.drop_constraint(op.f(f"fk_messages_{name}_messages"), type_="foreignkey")
        for name in ("digest_id", "again_of_id", "erased"):
            table.drop_column(name)
