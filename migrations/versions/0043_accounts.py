"""Second factors, where sign-ins come from and when they were last seen, addresses left behind, providers' identities.

Works with the previous release running: it asks nobody for a second factor, and knows no link but its own two kinds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PURPOSE = "ck_one_time_tokens_purpose"
_BEFORE = "purpose IN ('confirm_email', 'reset_password')"
_NOW = "purpose IN ('confirm_email', 'reset_password', 'second_step', 'change_email', 'object_email')"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("account_id", name=op.f("uq_second_factors_account_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("factor_id", _ID, nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["factor_id"], ["second_factors.id"], name=op.f("fk_recovery_codes_factor_id_second_factors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("factor_id", "code_digest", name="uq_recovery_codes_once"),
    )
    op.create_table(
        "former_addresses",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_former_addresses_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_addresses")),
    )
    with op.batch_alter_table("former_addresses") as former_addresses:
        former_addresses.create_index(op.f("ix_former_addresses_person_id"), ["person_id"], unique=False)
    op.create_table(
        "provider_identities",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_provider_identities_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_identities")),
        sa.UniqueConstraint("issuer", "subject", name="uq_provider_identities_once"),
    )
    with op.batch_alter_table("provider_identities") as identities:
        identities.create_index(op.f("ix_provider_identities_account_id"), ["account_id"], unique=False)
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.add_column(sa.Column("provider_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
        sign_ins.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
        sign_ins.add_column(sa.Column("network", sa.String(length=4), nullable=False, server_default=""))
    with op.batch_alter_table("one_time_tokens") as tokens:
        tokens.drop_constraint(op.f(_PURPOSE), type_="check")
        tokens.create_check_constraint(op.f(_PURPOSE), _NOW)


def downgrade() -> None:
    op.execute("DELETE FROM one_time_tokens WHERE purpose NOT IN ('confirm_email', 'reset_password')")
    with op.batch_alter_table("one_time_tokens") as tokens:
        tokens.drop_constraint(op.f(_PURPOSE), type_="check")
        tokens.create_check_constraint(op.f(_PURPOSE), _BEFORE)
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.drop_column("network")
        sign_ins.drop_column("last_seen_at")
        sign_ins.drop_column("provider_factor")
    op.drop_table("provider_identities")
    op.drop_table("former_addresses")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
