"""Place rules, reviews, application questions, holds, imports of lists; what people are eligible for in full.

Works with the previous release running: whatever is added to a table that stood has a default in the database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_application_drafts_activity_id_activities")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_application_drafts_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_drafts")),
        sa.UniqueConstraint("person_id", "activity_id", name="uq_application_drafts_once"),
    )
    with op.batch_alter_table("application_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_drafts_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "application_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('text', 'choice', 'number', 'file')", name=op.f("ck_application_questions_kind")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_application_questions_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_questions")),
        sa.UniqueConstraint("activity_id", "number", name="uq_application_questions_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_questions_public_id")),
    )
    op.create_table(
        "materials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_materials_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("activity_id", "number", name="uq_materials_number"),
        sa.UniqueConstraint("public_id", name=op.f("uq_materials_public_id")),
    )
    op.create_table(
        "participant_imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("already", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("report_key", sa.String(length=64), nullable=True),
        sa.Column("failure", sa.String(length=400), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'ready', 'applying', 'done', 'failed', 'discarded')",
            name=op.f("ck_participant_imports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_participant_imports_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_participant_imports_public_id")),
    )
    with op.batch_alter_table("participant_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_imports_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index("ix_participant_imports_state", ["state"], unique=False)

    op.create_table(
        "place_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("free", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("promoted", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_place_decisions_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_decisions")),
    )
    with op.batch_alter_table("place_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_place_decisions_activity", ["activity_id", "id"], unique=False)

    op.create_table(
        "place_holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_place_holds_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_holds")),
        sa.UniqueConstraint("activity_id", "address_digest", name="uq_place_holds_address"),
        sa.UniqueConstraint("public_id", name=op.f("uq_place_holds_public_id")),
    )
    with op.batch_alter_table("place_holds", schema=None) as batch_op:
        batch_op.create_index("ix_place_holds_expires", ["expires_at"], unique=False)

    op.create_table(
        "place_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reserved_institution') = (organization_id IS NOT NULL)", name=op.f("ck_place_rules_organization")
        ),
        sa.CheckConstraint(
            "kind IN ('at_most_per_country', 'at_most_per_institution', 'reserved_countries', "
            "'reserved_institution', 'minimum_women')",
            name=op.f("ck_place_rules_kind"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_place_rules_number")),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_place_rules_activity_id_activities")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_place_rules_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_rules")),
        sa.UniqueConstraint("public_id", name=op.f("uq_place_rules_public_id")),
    )
    with op.batch_alter_table("place_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_rules_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "application_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_application_answers_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["application_questions.id"],
            name=op.f("fk_application_answers_question_id_application_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_answers")),
        sa.UniqueConstraint("enrolment_id", "question_id", name="uq_application_answers_once"),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_answers_public_id")),
    )
    with op.batch_alter_table("application_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_answers_question_id"), ["question_id"], unique=False)

    op.create_table(
        "attribute_corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("before", sa.String(length=300), nullable=True),
        sa.Column("after", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "field IN ('sex', 'country', 'sector', 'organization_name', 'organization_country', 'position_held')",
            name=op.f("ck_attribute_corrections_field"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_attribute_corrections_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute_corrections")),
    )
    with op.batch_alter_table("attribute_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_corrections_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "conflicts_of_interest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_conflicts_of_interest_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["persons.id"], name=op.f("fk_conflicts_of_interest_reviewer_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts_of_interest")),
        sa.UniqueConstraint("enrolment_id", "reviewer_id", name="uq_conflicts_of_interest_once"),
    )
    with op.batch_alter_table("conflicts_of_interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflicts_of_interest_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("score IS NULL OR (score >= 0 AND score <= 100)", name=op.f("ck_reviews_score")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_reviews_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["persons.id"], name=op.f("fk_reviews_reviewer_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("enrolment_id", "reviewer_id", name="uq_reviews_once"),
        sa.UniqueConstraint("public_id", name=op.f("uq_reviews_public_id")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_reviewer_id"), ["reviewer_id"], unique=False)
    _widen_tables_that_stood()


def _widen_tables_that_stood() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("eligible_sectors", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("eligible_organizations", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("eligible_languages", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("waiting_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_hours", sa.Integer(), server_default="72", nullable=False))
        batch_op.add_column(sa.Column("promotes_by", sa.String(length=5), server_default="offer", nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_activities_offer_hours"), "offer_hours > 0")
        batch_op.create_check_constraint(batch_op.f("ck_activities_promotes_by"), "promotes_by IN ('offer', 'place')")

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("organization_country", sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column("position_held", sa.String(length=200), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolments_organization_id_organizations"), "organizations", ["organization_id"], ["id"]
        )

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decline_reason", sa.String(length=400), server_default="", nullable=False))
        batch_op.add_column(sa.Column("skips_selection", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.drop_constraint(batch_op.f("ck_invitations_state"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_invitations_state"), "state IN ('sent', 'accepted', 'declined', 'withdrawn')"
        )

    with op.batch_alter_table("nomination_quotas", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_nomination_quotas_places"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_nomination_quotas_places"), "places >= 0")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("working_languages", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    _narrow_tables_that_stood()
    _drop_new_tables()


def _narrow_tables_that_stood() -> None:
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("working_languages")

    # What the previous release does not know becomes the nearest that it does.
    op.execute("UPDATE nomination_quotas SET places = 1 WHERE places = 0")
    with op.batch_alter_table("nomination_quotas", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_nomination_quotas_places"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_nomination_quotas_places"), "places > 0")

    op.execute("UPDATE invitations SET state = 'withdrawn' WHERE state = 'declined'")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_invitations_state"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_invitations_state"), "state IN ('sent', 'accepted', 'withdrawn')"
        )
        batch_op.drop_column("skips_selection")
        batch_op.drop_column("decline_reason")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("expires_at")

    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enrolments_organization_id_organizations"), type_="foreignkey")
        batch_op.drop_column("position_held")
        batch_op.drop_column("organization_country")
        batch_op.drop_column("organization_id")

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_activities_promotes_by"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_activities_offer_hours"), type_="check")
        batch_op.drop_column("promotes_by")
        batch_op.drop_column("offer_hours")
        batch_op.drop_column("waiting_until")
        batch_op.drop_column("eligible_languages")
        batch_op.drop_column("eligible_organizations")
        batch_op.drop_column("eligible_sectors")


def _drop_new_tables() -> None:
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_reviewer_id"))

    op.drop_table("reviews")
    with op.batch_alter_table("conflicts_of_interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflicts_of_interest_reviewer_id"))

    op.drop_table("conflicts_of_interest")
    with op.batch_alter_table("attribute_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribute_corrections_enrolment_id"))

    op.drop_table("attribute_corrections")
    with op.batch_alter_table("application_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_answers_question_id"))

    op.drop_table("application_answers")
    with op.batch_alter_table("place_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_rules_activity_id"))

    op.drop_table("place_rules")
    with op.batch_alter_table("place_holds", schema=None) as batch_op:
        batch_op.drop_index("ix_place_holds_expires")

    op.drop_table("place_holds")
    with op.batch_alter_table("place_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_place_decisions_activity")

    op.drop_table("place_decisions")
    with op.batch_alter_table("participant_imports", schema=None) as batch_op:
        batch_op.drop_index("ix_participant_imports_state")
        batch_op.drop_index(batch_op.f("ix_participant_imports_activity_id"))

    op.drop_table("participant_imports")
    op.drop_table("materials")
    op.drop_table("application_questions")
    with op.batch_alter_table("application_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_drafts_activity_id"))

    op.drop_table("application_drafts")
