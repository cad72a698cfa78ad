"""The first tables of enrolment."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("activity_record", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("place_number", sa.Integer(), nullable=True),
        sa.Column("waiting_position", sa.Integer(), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sex", sa.String(length=12), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("sector", sa.String(length=40), nullable=True),
        sa.Column("organization_name", sa.String(length=300), nullable=True),
        sa.CheckConstraint("(state = 'offered') = (offer_expires_at IS NOT NULL)", name=op.f("ck_enrolments_offer")),
        sa.CheckConstraint(
            "(state = 'waitlisted') = (waiting_position IS NOT NULL)", name=op.f("ck_enrolments_waiting")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'offered')) = (place_number IS NOT NULL)",
            name=op.f("ck_enrolments_place"),
        ),
        sa.CheckConstraint("activity_record = 'people'", name=op.f("ck_enrolments_record")),
        sa.CheckConstraint(
            "state IN ('applied', 'waitlisted', 'offered', 'confirmed', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_enrolments_state"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id", "activity_record"],
            ["activities.id", "activities.record"],
            name="fk_enrolments_activity",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("activity_id", "person_id", name="uq_enrolments_person"),
        sa.UniqueConstraint("activity_id", "place_number", name="uq_enrolments_place"),
        sa.UniqueConstraint("activity_id", "waiting_position", name="uq_enrolments_position"),
        sa.UniqueConstraint("public_id", name=op.f("uq_enrolments_public_id")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_enrolments_activity_state", ["activity_id", "state"], unique=False)
        batch_op.create_index("ix_enrolments_person", ["person_id"], unique=False)

    op.create_table(
        "nomination_quotas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("focal_point_email", sa.String(length=254), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_nomination_quotas_places")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_nomination_quotas_activity_id_activities")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_nomination_quotas_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_quotas")),
        sa.UniqueConstraint("activity_id", "organization_id", name="uq_nomination_quotas_organization"),
        sa.UniqueConstraint("link_digest", name=op.f("uq_nomination_quotas_link_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_nomination_quotas_public_id")),
    )
    op.create_table(
        "enrolment_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_changes_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_changes")),
    )
    with op.batch_alter_table("enrolment_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_changes_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quota_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("first_surname", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('sent', 'accepted', 'withdrawn')", name=op.f("ck_invitations_state")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_invitations_activity_id_activities")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_invitations_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["nomination_quotas.id"], name=op.f("fk_invitations_quota_id_nomination_quotas")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("activity_id", "email_key", name="uq_invitations_email"),
        sa.UniqueConstraint("link_digest", name=op.f("uq_invitations_link_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_quota_id"), ["quota_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_quota_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("enrolment_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_changes_enrolment_id"))

    op.drop_table("enrolment_changes")
    op.drop_table("nomination_quotas")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolments_person")
        batch_op.drop_index("ix_enrolments_activity_state")

    op.drop_table("enrolments")
