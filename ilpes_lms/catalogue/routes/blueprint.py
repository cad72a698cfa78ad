"""The room's routes stand under one blueprint."""

from ilpes_lms.web.api import blueprint

api = blueprint("catalogue")
