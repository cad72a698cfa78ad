"""Which certificate another stands in the place of.

Works with the previous release running, which replaces none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces_id", number, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_certificates_replaces_id_certificates"), "certificates", ["replaces_id"], ["id"]
        )
        batch_op.create_unique_constraint("uq_certificates_replaces_id", ["replaces_id"])


def downgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_constraint("uq_certificates_replaces_id", type_="unique")
        batch_op.drop_constraint(op.f("fk_certificates_replaces_id_certificates"), type_="foreignkey")
        batch_op.drop_column("replaces_id")
