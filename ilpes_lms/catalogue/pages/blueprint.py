"""What all pages of the room are registered on."""

from apiflask import APIBlueprint

pages = APIBlueprint("catalogue", "ilpes_lms.catalogue", template_folder="templates", enable_openapi=False)
