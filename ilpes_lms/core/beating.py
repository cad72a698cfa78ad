"""A scheduler that gives signs of life: from its own loop, so that one that hangs gives none."""

from typing import Any

from celery.beat import PersistentScheduler

from ilpes_lms.core.pulses import SCHEDULER, Heart

NAME = f"{__name__}:PulsingScheduler"


class PulsingScheduler(PersistentScheduler):  # type: ignore[misc]  # Celery is untyped
    """Celery's own, and a pulse with every turn of its loop."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._heart = Heart(SCHEDULER)

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Do what is due; return after how many seconds to look again."""
        delay: float = super().tick(*arguments, **options)
        with self.app.flask_app.app_context():
            self._heart.beat()
        return delay
