"""What this room adds to every process, whether it serves pages or not."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from ilpes_lms.config import Settings, UnsafeSettings
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import (
    cli,
    kinds,
    links,
    mailboxes,
    queries,
    rules,
    service,
    summary,
    tasks,
    transport,
)
from ilpes_lms.notifications.kinds import Values
from ilpes_lms.notifications.placeholders import HOURS, LINK, NAME, Placeholder
from ilpes_lms.notifications.retrying import tasks as retry_tasks
from ilpes_lms.notifications.retrying.service import JOB as RETRY_JOB
from ilpes_lms.people import letters
from ilpes_lms.web import health

_PEOPLE_LABELS = {
    "people.confirm_email": N_("Confirm your e-mail address"),
    "people.reset_password": N_("Choose a new password"),
    "people.change_email": N_("Confirm your new e-mail address"),
    "people.object_email": N_("Your e-mail address is being changed"),
    "people.address_known": N_("There is an account already"),
    "people.second_factor_set_up": N_("A second factor was set up"),
    "people.second_factor_removed": N_("A second factor was removed"),
    "people.recovery_codes_renewed": N_("Recovery codes were made anew"),
    "people.signed_out": N_("Sign-ins were ended by an administrator"),
    "people.role_given": N_("A role was given"),
    "people.role_taken": N_("A role was taken"),
}
_CONFIRM = (
    NAME,
    HOURS,
    replace(LINK, label=N_("Link to confirm, which can be used once"), action=N_("Confirm the address")),
)
_SIGN_IN = Placeholder(
    "sign_in_link", N_("Link to sign in"), "https://example.org/sign-in", required=True, form="link",
    action=N_("Sign in"),
)  # fmt: skip
_RESET = Placeholder(
    "reset_link", N_("Link to choose a new password"), "https://example.org/reset", required=True, form="link",
    action=N_("Choose a new password"),
)  # fmt: skip
_ROLE = Placeholder("role", N_("The role, with its division if it is limited to one"), N_("Coordinator"), required=True)
_PEOPLE_PLACEHOLDERS = {
    "people.confirm_email": _CONFIRM,
    "people.reset_password": (*_CONFIRM[:2], replace(_CONFIRM[2], action=N_("Choose a new password"))),
    "people.change_email": _CONFIRM,
    "people.object_email": (
        NAME, HOURS, replace(LINK, label=N_("Link to keep the old address"), action=N_("Keep this address")),
        Placeholder("address", N_("The new e-mail address"), "ana@example.org"),
    ),
    "people.address_known": (NAME, _SIGN_IN, _RESET),
    "people.second_factor_set_up": (NAME, _RESET),
    "people.second_factor_removed": (NAME, _SIGN_IN, _RESET),
    "people.recovery_codes_renewed": (NAME, _RESET),
    "people.signed_out": (NAME, _SIGN_IN, _RESET),
    "people.role_given": (NAME, _ROLE, _SIGN_IN),
    "people.role_taken": (NAME, _ROLE, _SIGN_IN),
}  # fmt: skip


def wire(app: Flask) -> None:
    """Open the room; raises UnsafeSettings when a setting about mail can't be understood."""
    _check_mail_settings(app.config["SETTINGS"])
    kinds.open_kinds(app)
    kinds.register(app, summary.kind())
    _send_for_people(app)
    health.watch(app, "messages", health.Check(_messages_leave, N_("Messages that are due wait for too long.")))
    app.cli.add_command(cli.messages)
    jobs.register(app, "notifications.deliver", tasks.deliver, every=10, label=N_("Send messages"))
    jobs.register(app, RETRY_JOB, retry_tasks.go_on, every=60, label=N_("Send again what did not get through"))
    jobs.register(
        app, "notifications.read_bounces", tasks.read_bounces, every=120, label=N_("Read which messages came back")
    )


def _messages_leave() -> bool:
    return queries.waiting(clock.now()).is_fine


def _check_mail_settings(settings: Settings) -> None:
    try:
        if settings.mail_url:
            transport.server_named(settings.mail_url)
        if settings.bounce_url:
            mailboxes.mailbox_named(settings.bounce_url)
    except ValueError as fault:
        raise UnsafeSettings(f"{fault}.") from fault
    try:
        rules.paces(settings.mail_pace)
    except ValueError as fault:
        raise UnsafeSettings(f"MAIL_PACE: {fault}.") from fault


def _send_for_people(app: Flask) -> None:
    letters.register(app, service.send)
    for name, kind in letters.KINDS.items():
        kinds.register(
            app,
            kinds.Kind(
                name, kind.template, is_due=kind.is_due, values=_with_links(kind.values),
                label=_PEOPLE_LABELS.get(name, ""), placeholders=_PEOPLE_PLACEHOLDERS[name], awaited=True,
                secrets=(*kind.secrets, "path") if kind.secrets else (),
            ),
        )  # fmt: skip


def _with_links(values_of: Callable[[Values, str], Values]) -> Callable[[Values, str], Values]:
    # The room below knows paths only: where the site stands is known here.
    def of_row(values: Values, language: str) -> Values:
        said = values_of(values, language)
        found = {name.replace("path", "link"): links.absolute(said[name]) for name in said if name.endswith("path")}
        return {**said, **found}

    return of_row
