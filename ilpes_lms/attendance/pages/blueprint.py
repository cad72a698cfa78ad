"""The room's pages stand under one blueprint."""

from apiflask import APIBlueprint

pages = APIBlueprint("attendance", "ilpes_lms.attendance", enable_openapi=False)
