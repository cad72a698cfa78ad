"""What this room adds to the application."""

from apiflask import APIFlask

from ilpes_lms.config import Settings, UnsafeSettings
from ilpes_lms.core import jobs
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import kinds, pages, panels, routes, service, tasks, transport
from ilpes_lms.people import letters
from ilpes_lms.web import access, api, navigation

_PEOPLE_LABELS = {
    "people.confirm_email": N_("Confirm your e-mail address"),
    "people.reset_password": N_("Choose a new password"),
    "people.address_known": N_("There is an account already"),
}


def wire(app: APIFlask) -> None:
    """Open the room; raises UnsafeSettings when MAIL_URL names no mail server."""
    _check_mail_url(app.config["SETTINGS"])
    kinds.open_kinds(app)
    _send_for_people(app)
    app.register_blueprint(pages.pages)
    app.extensions["csrf"].exempt(pages.decline)
    api.add_api(app, routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "notifications.read", "notifications.send")
    navigation.name_place(app, "messages", "notifications.messages")
    navigation.add_panel(app, "manage_activity", panels.activity_messages, order=80)
    jobs.register(app, "notifications.deliver", tasks.deliver, every=10)


def _check_mail_url(settings: Settings) -> None:
    try:
        if settings.mail_url:
            transport.server_named(settings.mail_url)
    except ValueError as fault:
        raise UnsafeSettings(f"{fault}.") from fault


def _send_for_people(app: APIFlask) -> None:
    letters.register(app, service.send)
    for name, kind in letters.KINDS.items():
        kinds.register(
            app,
            kinds.Kind(
                name, kind.template, is_due=kind.is_due, values=kind.values, label=_PEOPLE_LABELS.get(name, ""),
                secrets=(*kind.secrets, "path") if kind.secrets else (),
            ),
        )  # fmt: skip
