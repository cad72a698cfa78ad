"""Who signed a certificate: the public halves of keys, kept for good; certificates found by their file's hash.

Works with the previous release running, whose certificates are not signed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "signing_certificates",
        sa.Column("id", number, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_trials", sa.Boolean(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_certificates")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_signing_certificates_fingerprint")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signer_id", number, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_certificates_signer_id_signing_certificates"), "signing_certificates", ["signer_id"], ["id"]
        )
        batch_op.create_index("ix_certificates_file_key", ["file_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index("ix_certificates_file_key")
        batch_op.drop_constraint(op.f("fk_certificates_signer_id_signing_certificates"), type_="foreignkey")
        batch_op.drop_column("signer_id")
    op.drop_table("signing_certificates")
