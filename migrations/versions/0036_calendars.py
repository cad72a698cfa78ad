"""What people's own calendars were told of each activity, and the private addresses of their calendar feeds.

Works with the previous release running, which sends no calendar entries.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SOME = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_books",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("enrolment_id", _KEY, nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_calendar_books_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_books")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_calendar_books_enrolment_id")),
    )
    op.create_index(
        "ix_calendar_books_look_at", "calendar_books", ["look_at"], sqlite_where=_SOME, postgresql_where=_SOME
    )
    op.create_table(
        "calendar_entries",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("book_id", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("whole_days", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id"], ["calendar_books.id"], name=op.f("fk_calendar_entries_book_id_calendar_books")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entries")),
        sa.UniqueConstraint("book_id", "uid", name=op.f("uq_calendar_entries_uid")),
    )
    op.create_index("ix_calendar_entries_message", "calendar_entries", ["message_id"])
    op.create_table(
        "calendar_editions",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("activity_id", _KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_calendar_editions_activity_id_activities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_editions")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_calendar_editions_activity_id")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_calendar_feeds_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feeds_person_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feeds_token_digest")),
    )


def downgrade() -> None:
    for table in ("calendar_feeds", "calendar_editions", "calendar_entries", "calendar_books"):
        op.drop_table(table)
