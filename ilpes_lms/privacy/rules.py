"""How long a wish to be erased can be taken back, and how much may be said of why somebody is."""

from datetime import timedelta

# Long enough to notice that somebody else asked for it, short enough to be a promise.
TIME_TO_TAKE_IT_BACK = timedelta(days=7)
LONGEST_REASON = 500
