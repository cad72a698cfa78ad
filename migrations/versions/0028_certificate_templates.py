"""Templates of certificates: drafts, published versions, which an activity has, and the pictures in them.

Works with the previous release running, which makes certificates as the code has them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_templates",
        _key(),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_templates_public_id")),
        sa.UniqueConstraint("name", name=op.f("uq_certificate_templates_name")),
    )
    op.create_index(
        "uq_certificate_templates_usual", "certificate_templates", ["division"], unique=True,
        sqlite_where=sa.text("usual"), postgresql_where=sa.text("usual"),
    )  # fmt: skip
    op.create_table(
        "certificate_template_versions",
        _key(),
        _template(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["certificate_templates.id"],
            name=op.f("fk_certificate_template_versions_template_id_certificate_templates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_template_versions")),
        sa.UniqueConstraint("template_id", "number", name="uq_certificate_template_versions_number"),
    )  # fmt: skip
    op.create_table(
        "activity_templates",
        _key(),
        sa.Column("activity_ref", sa.String(length=26), nullable=False),
        _template(),
        sa.ForeignKeyConstraint(
            ["template_id"], ["certificate_templates.id"],
            name=op.f("fk_activity_templates_template_id_certificate_templates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_templates")),
        sa.UniqueConstraint("activity_ref", name=op.f("uq_activity_templates_activity_ref")),
    )  # fmt: skip
    op.create_table(
        "certificate_images",
        _key(),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_images")),
        sa.UniqueConstraint("key", name=op.f("uq_certificate_images_key")),
    )


def downgrade() -> None:
    for table in ("certificate_images", "activity_templates", "certificate_template_versions", "certificate_templates"):
        op.drop_table(table)


def _key() -> sa.Column[int]:
    return sa.Column("id", _number(), nullable=False)


def _template() -> sa.Column[int]:
    return sa.Column("template_id", _number(), nullable=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
