"""The log of messages, for those who answer for them."""

from apiflask import APIBlueprint

pages = APIBlueprint("notifications", __name__, template_folder="templates", enable_openapi=False)
