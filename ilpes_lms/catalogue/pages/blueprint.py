"""What all pages of the room are registered on."""

from apiflask import APIBlueprint

pages = APIBlueprint("catalogue", "ilpes_lms.catalogue", enable_openapi=False)
