"""What limits in seconds are measured by would notice what takes too long."""

from tests.pace import paced, piece_of_work


def test_ten_pieces_of_work_are_about_a_second_whatever_the_machine_does() -> None:
    with paced() as pace:
        for _ in range(10):
            piece_of_work()
    assert 0.5 < pace.seconds < 2


def test_nothing_takes_no_time() -> None:
    with paced() as pace:
        pass
    assert pace.seconds < 0.1
