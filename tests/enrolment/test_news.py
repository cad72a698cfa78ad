"""What people are still to be told of an activity's times, added up change by change."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.catalogue.rules import Dates
from ilpes_lms.enrolment.rules import Moved, News, dates_kept, keep_dates

FIRST = date(2032, 4, 6)
dates = st.integers(0, 9).map(lambda day: Dates(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 30)))
times = st.sampled_from(["2032-04-06T10:00:00+00:00", "2032-04-07T10:00:00+00:00", "2032-04-08T16:00:00+00:00"])
moves = st.builds(
    Moved, starts_at=times, ends_at=times, zone=st.just("America/Lima"), reason=st.sampled_from(["", "A", "B"]),
    along=st.booleans(),
)  # fmt: skip
news = st.builds(News, before=st.none() | dates, moved=st.dictionaries(st.sampled_from("xyz"), moves))


@given(news, news, news)
def test_it_does_not_matter_which_two_of_three_changes_were_added_up_first(one: News, two: News, three: News) -> None:
    assert one.followed_by(two).followed_by(three) == one.followed_by(two.followed_by(three))


@given(news, news)
def test_before_is_as_it_was_before_the_first_change(one: News, two: News) -> None:
    both = one.followed_by(two)
    assert both.before == (one.before or two.before)
    for ref, was in both.moved.items():
        first = one.moved.get(ref) or two.moved[ref]
        assert (was.starts_at, was.ends_at, was.zone) == (first.starts_at, first.ends_at, first.zone)


@given(news)
def test_no_change_changes_nothing(one: News) -> None:
    assert News().followed_by(one) == one.followed_by(News()) == one


def test_who_was_moved_by_hand_once_did_not_only_follow_the_dates_and_the_last_reason_counts() -> None:
    along = Moved("a", "b", "America/Lima", along=True)
    by_hand, again = Moved("c", "d", "America/Lima", "A"), Moved("e", "f", "America/Lima", "")
    assert along.followed_by(along).along
    assert along.followed_by(by_hand) == by_hand_as_of(along, "A")
    assert along.followed_by(by_hand).followed_by(again) == by_hand_as_of(along, "A")


def by_hand_as_of(first: Moved, reason: str) -> Moved:
    return Moved(first.starts_at, first.ends_at, first.zone, reason, along=False)


@given(dates)
def test_dates_are_kept_whole(some: Dates) -> None:
    assert dates_kept(keep_dates(some)) == some
    assert News.kept_in({"before": keep_dates(some)}) == News(some)
