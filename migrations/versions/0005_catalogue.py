"""The first tables of catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("summaries", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("sdgs", sa.JSON(), nullable=False),
        sa.Column("default_hours", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_slug")),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("summaries", sa.JSON(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("modality", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("start_precision", sa.String(length=5), nullable=False),
        sa.Column("end_precision", sa.String(length=5), nullable=False),
        sa.Column("dates_as_published", sa.String(length=120), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("division", sa.String(length=40), nullable=True),
        sa.Column("requesting_institution", sa.String(length=300), nullable=True),
        sa.Column("technical_assistance", sa.Text(), nullable=True),
        sa.Column("ilpes_support", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("confirmed_count", sa.Integer(), nullable=False),
        sa.Column("waiting_count", sa.Integer(), nullable=False),
        sa.Column("applications_open_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applications_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admission", sa.String(length=20), nullable=False),
        sa.Column("eligible_countries", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("record", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("joining_link", sa.String(length=500), nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "admission IN ('open', 'selection', 'nomination', 'invitation')",
            name=op.f("ck_activities_admission"),
        ),
        sa.CheckConstraint("end_precision IN ('day', 'month')", name=op.f("ck_activities_end_precision")),
        sa.CheckConstraint(
            "kind IN ('international_open', 'national_restricted', 'other_division', 'webinar')",
            name=op.f("ck_activities_kind"),
        ),
        sa.CheckConstraint(
            "modality IN ('self_paced_online', 'live_online', 'blended', 'in_person')",
            name=op.f("ck_activities_modality"),
        ),
        sa.CheckConstraint("record IN ('people', 'headcount', 'no_record')", name=op.f("ck_activities_record")),
        sa.CheckConstraint("start_precision IN ('day', 'month')", name=op.f("ck_activities_start_precision")),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'closed', 'archived', 'cancelled')",
            name=op.f("ck_activities_status"),
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_activities_capacity")),
        sa.CheckConstraint("confirmed_count >= 0 AND waiting_count >= 0", name=op.f("ck_activities_counts")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_activities_dates")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_activities_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("id", "record", name="uq_activities_id_record"),
        sa.UniqueConstraint("public_id", name=op.f("uq_activities_public_id")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activities_course_id"), ["course_id"], unique=False)
        batch_op.create_index("ix_activities_dates", ["starts_on", "ends_on"], unique=False)
        batch_op.create_index("ix_activities_status_starts", ["status", "starts_on"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("role IN ('instructor', 'co_coordinator')", name=op.f("ck_assignments_role")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_assignments_activity_id_activities")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_assignments_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("activity_id", "person_id", "role", name="uq_assignments_once"),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_person", ["person_id"], unique=False)

    op.create_table(
        "catalogue_editions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stamp", sa.String(length=26), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_editions_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_editions")),
    )
    op.create_table(
        "class_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("wall_start", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("joining_link", sa.String(length=500), nullable=True),
        sa.CheckConstraint("status IN ('scheduled', 'cancelled')", name=op.f("ck_class_sessions_status")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_class_sessions_times")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_class_sessions_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_sessions")),
        sa.UniqueConstraint("activity_id", "number", name="uq_class_sessions_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_class_sessions_public_id")),
    )
    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_class_sessions_starts", ["starts_at"], unique=False)

    op.create_table(
        "headcounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("not_stated", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "women >= 0 AND men >= 0 AND other >= 0 AND not_stated >= 0",
            name=op.f("ck_headcounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_headcounts_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcounts")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_headcounts_activity_id")),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "role IN ('co_organizer', 'technical_secretariat', 'academic_partner', 'donor')",
            name=op.f("ck_partners_role"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_partners_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("activity_id", "name", "role", name="uq_partners_once"),
    )


def downgrade() -> None:
    op.drop_table("partners")
    op.drop_table("headcounts")
    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_class_sessions_starts")

    op.drop_table("class_sessions")
    op.drop_table("catalogue_editions")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_assignments_person")

    op.drop_table("assignments")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_status_starts")
        batch_op.drop_index("ix_activities_dates")
        batch_op.drop_index(batch_op.f("ix_activities_course_id"))

    op.drop_table("activities")
    op.drop_table("courses")
