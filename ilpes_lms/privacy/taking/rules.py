"""How taking along one's data goes on, and when it is given up."""

from datetime import timedelta

ASKED, MAKING, READY, FAILED = "asked", "making", "ready", "failed"
UNDER_WAY = (ASKED, MAKING)
# Renewed with every step: who has not come forward for so long is dead, and the next begins anew.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
