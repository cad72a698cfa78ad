"""The room's pages stand under one blueprint."""

from apiflask import APIBlueprint

pages = APIBlueprint("attendance", "ilpes_lms.attendance", template_folder="templates", enable_openapi=False)
