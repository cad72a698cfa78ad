"""Lives that hypothesis makes up: a state machine tried on the database of a test."""

from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from ilpes_lms.core import actor


def live(
    app: APIFlask,
    machine: type[RuleBasedStateMachine],
    *,
    examples: int,
    steps: int,
    phases: tuple[Phase, ...] = tuple(Phase),
) -> None:
    """Let a machine, which works on its `app`, run through so many lives of so many steps."""
    here = type(f"{machine.__name__}OnThisDatabase", (machine,), {"app": app})
    with actor.acting("test"):
        run_state_machine_as_test(
            here,
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
