"""Rules of reminders as data, for a kind of activity or one of them, and pauses.

Works with the previous release running, which knows the two rules it had, and switches of no others matter to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KNOWN = "rule IN ('activity_starts', 'class_session_tomorrow')"


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("reminder_switches", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_reminder_switches_rule"), type_="check")
    op.create_table(
        "reminder_rules",
        sa.Column("id", _number(), nullable=False),
        sa.Column("activity_id", _number(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("anchor", sa.String(length=30), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=5), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=6), nullable=False),
        sa.Column("quiet_start", sa.Integer(), nullable=False),
        sa.Column("quiet_end", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(activity_id IS NULL) <> (kind IS NULL)", name=op.f("ck_reminder_rules_scope")),
        sa.CheckConstraint(
            "kind IN ('international_open', 'national_restricted', 'other_division', 'webinar')",
            name=op.f("ck_reminder_rules_kind"),
        ),
        sa.CheckConstraint(
            "anchor IN ('application_deadline', 'offer_deadline', 'activity_start', 'class_session', 'activity_end', "
            "'marks_missing', 'nominations_unfilled', 'profile_incomplete', 'certificate_ready')",
            name=op.f("ck_reminder_rules_anchor"),
        ),
        sa.CheckConstraint("side IN ('before', 'after')", name=op.f("ck_reminder_rules_side")),
        sa.CheckConstraint("unit IN ('days', 'hours')", name=op.f("ck_reminder_rules_unit")),
        sa.CheckConstraint("clock IN ('place', 'person')", name=op.f("ck_reminder_rules_clock")),
        sa.CheckConstraint("amount >= 0 AND amount <= 72", name=op.f("ck_reminder_rules_amount")),
        sa.CheckConstraint(
            "hour >= 0 AND hour <= 23 AND quiet_start >= 0 AND quiet_start <= 23 AND quiet_end >= 0 "
            "AND quiet_end <= 23",
            name=op.f("ck_reminder_rules_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_reminder_rules_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sa.UniqueConstraint("activity_id", "code", name=op.f("uq_reminder_rules_activity")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_reminder_rules_kind")),
    )
    op.create_table(
        "reminder_pauses",
        sa.Column("id", _number(), nullable=False),
        sa.Column("scope", sa.String(length=26), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_pauses")),
        sa.UniqueConstraint("scope", name=op.f("uq_reminder_pauses_scope")),
    )


def downgrade() -> None:
    op.drop_table("reminder_pauses")
    op.drop_table("reminder_rules")
    # Switches of rules that the release before does not know would break its constraint.
    switches = sa.table("reminder_switches", sa.column("rule"))
    op.execute(switches.delete().where(switches.c.rule.not_in(("activity_starts", "class_session_tomorrow"))))
    with op.batch_alter_table("reminder_switches", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_reminder_switches_rule"), _KNOWN)
