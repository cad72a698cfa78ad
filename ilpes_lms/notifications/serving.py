"""What this room adds to an application that serves pages."""

from apiflask import APIFlask

from ilpes_lms.notifications import figures, pages, panels, routes
from ilpes_lms.notifications.editing import pages as text_pages
from ilpes_lms.notifications.editing import routes as text_routes
from ilpes_lms.notifications.retrying import pages as retry_pages
from ilpes_lms.notifications.retrying import routes as retry_routes
from ilpes_lms.web import access, api, metrics, navigation


def serve(app: APIFlask) -> None:
    """Open the room's pages."""
    app.register_blueprint(pages.pages)
    app.register_blueprint(text_pages.pages)
    app.register_blueprint(retry_pages.pages)
    app.extensions["csrf"].exempt(pages.decline)
    api.add_api(app, routes.api)
    api.add_api(app, text_routes.api)
    api.add_api(app, retry_routes.api)
    for role in ("coordinator", "administrator"):
        access.grant(app, role, "notifications.read", "notifications.send", "notifications.texts")
    access.grant(app, "administrator", "notifications.retry")
    navigation.name_place(app, "messages", "notifications.messages")
    navigation.name_place(app, "undelivered_messages", "message_retries.stranded")
    navigation.name_place(app, "message_texts", "message_texts.texts")
    navigation.name_place(app, "my_messages", "notifications.mine")
    for page in ("my", "profile"):
        navigation.add_panel(app, page, panels.address_that_bounces, order=10)
    navigation.add_panel(app, "manage_activity", panels.activity_messages, order=80)
    for gauge in figures.GAUGES:
        metrics.add(app, gauge)
