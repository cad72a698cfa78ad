"""Evidence of attendance: check-in, reports, exports of the learning platform, modules, appeals.

Works with the previous release running: whatever is added to a table that stood has a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "modules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name=op.f("ck_modules_hours")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_modules_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modules")),
        sa.UniqueConstraint("activity_id", "number", name="uq_modules_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_modules_public_id")),
    )
    op.create_table(
        "platform_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('grades', 'completion')", name=op.f("ck_platform_imports_kind")),
        sa.CheckConstraint("state IN ('previewed', 'applied')", name=op.f("ck_platform_imports_state")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_platform_imports_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_imports")),
        sa.UniqueConstraint("activity_id", "digest", name="uq_platform_imports_file"),
        sa.UniqueConstraint("public_id", name=op.f("uq_platform_imports_public_id")),
    )
    op.create_table(
        "platform_mappings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('grades', 'completion')", name=op.f("ck_platform_mappings_kind")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_platform_mappings_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_mappings")),
        sa.UniqueConstraint("activity_id", "kind", name="uq_platform_mappings_once"),
    )
    op.create_table(
        "remembered_matches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_remembered_matches_activity_id_activities")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_remembered_matches_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_matches")),
        sa.UniqueConstraint("activity_id", "key", name="uq_remembered_matches_once"),
    )
    op.create_table(
        "outcome_appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('open', 'corrected', 'upheld')", name=op.f("ck_outcome_appeals_state")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_outcome_appeals_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_appeals")),
        sa.UniqueConstraint("enrolment_id", "asked_at", name="uq_outcome_appeals_once"),
        sa.UniqueConstraint("public_id", name=op.f("uq_outcome_appeals_public_id")),
    )
    with op.batch_alter_table("outcome_appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_appeals_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "platform_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grade", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("tasks_done", sa.Integer(), nullable=True),
        sa.Column("tasks_total", sa.Integer(), nullable=True),
        sa.Column("last_access_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tasks_done IS NULL OR tasks_done >= 0", name=op.f("ck_platform_records_tasks")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_platform_records_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_records")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_platform_records_enrolment_id")),
    )
    op.create_table(
        "attendance_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("class_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=60), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("least_minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('previewed', 'applying', 'applied', 'undone')", name=op.f("ck_attendance_imports_state")
        ),
        sa.CheckConstraint("least_minutes > 0", name=op.f("ck_attendance_imports_least_minutes")),
        sa.ForeignKeyConstraint(
            ["class_session_id"],
            ["class_sessions.id"],
            name=op.f("fk_attendance_imports_class_session_id_class_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_imports")),
        sa.UniqueConstraint("class_session_id", "digest", name="uq_attendance_imports_file"),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendance_imports_public_id")),
    )
    op.create_table(
        "check_in_screens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("class_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_session_id"],
            ["class_sessions.id"],
            name=op.f("fk_check_in_screens_class_session_id_class_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_screens")),
        sa.UniqueConstraint("class_session_id", name=op.f("uq_check_in_screens_class_session_id")),
    )
    op.create_table(
        "disagreements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("class_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("mark IN ('present', 'late', 'excused', 'absent')", name=op.f("ck_disagreements_mark")),
        sa.CheckConstraint("source IN ('check_in', 'import')", name=op.f("ck_disagreements_source")),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_sessions.id"], name=op.f("fk_disagreements_class_session_id_class_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_disagreements_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disagreements")),
        sa.UniqueConstraint("enrolment_id", "class_session_id", "source", name="uq_disagreements_once"),
        sa.UniqueConstraint("public_id", name=op.f("uq_disagreements_public_id")),
    )
    with op.batch_alter_table("disagreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disagreements_class_session_id"), ["class_session_id"], unique=False)

    op.create_table(
        "reported_persons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("original", sa.String(length=400), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "standing IN ('matched', 'decided', 'open', 'not_enrolled', 'left_out')",
            name=op.f("ck_reported_persons_standing"),
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_reported_persons_minutes")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_reported_persons_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["attendance_imports.id"], name=op.f("fk_reported_persons_import_id_attendance_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_persons")),
        sa.UniqueConstraint("import_id", "number", name="uq_reported_persons_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_reported_persons_public_id")),
    )
    with op.batch_alter_table("reported_persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reported_persons_enrolment_id"), ["enrolment_id"], unique=False)

    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("module_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_class_sessions_module_id_modules"), "modules", ["module_id"], ["id"])

    with op.batch_alter_table("completion_rules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("terms", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(length=400), server_default="", nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hours_earned", sa.Numeric(precision=7, scale=2), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_column("hours_earned")

    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("note")

    with op.batch_alter_table("completion_rules", schema=None) as batch_op:
        batch_op.drop_column("terms")

    with op.batch_alter_table("class_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_class_sessions_module_id_modules"), type_="foreignkey")
        batch_op.drop_column("sequence")
        batch_op.drop_column("module_id")

    with op.batch_alter_table("reported_persons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reported_persons_enrolment_id"))

    op.drop_table("reported_persons")
    with op.batch_alter_table("disagreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disagreements_class_session_id"))

    op.drop_table("disagreements")
    op.drop_table("check_in_screens")
    op.drop_table("attendance_imports")
    op.drop_table("platform_records")
    with op.batch_alter_table("outcome_appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_appeals_enrolment_id"))

    op.drop_table("outcome_appeals")
    op.drop_table("remembered_matches")
    op.drop_table("platform_mappings")
    op.drop_table("platform_imports")
    op.drop_table("modules")
