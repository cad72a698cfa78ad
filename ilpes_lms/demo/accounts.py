"""One demonstration account for each audience; production refuses them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAccount:
    """An account that anyone who tries the demonstration may use."""

    audience: str
    email: str
    password: str


PASSWORD = "demostracion-2026"  # noqa: S105 - printed for everyone who tries the demonstration  # nosec B105
_AUDIENCES = (
    "participant", "instructor", "coordinator", "focal point", "statistics reader", "auditor", "administrator",
)  # fmt: skip
ACCOUNTS = tuple(
    DemoAccount(audience, f"{audience.replace(' ', '.')}@example.org", PASSWORD) for audience in _AUDIENCES
)
