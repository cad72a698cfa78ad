"""What can be refused on a desk."""

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.text import N_


class JobNotFound(NotFound):
    message = N_("No job that runs by itself is called so. Look at the list of jobs.")
