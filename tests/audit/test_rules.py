"""The chain by itself: what each link says of the one before it, and what is found wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.audit.chain.rules import Anchor, Entry, Erasures, Link, Verifier, linked
from ilpes_lms.audit.rules import witnessed

AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
NONE = Erasures(set(), set(), set())
ENTRY = Entry(AT, "thing.done", "thing", "somebody", "object", {"places": 7, "name": "Ñandú"})


def chained(*entries: Entry) -> list[tuple[Link, Entry]]:
    links: list[tuple[Link, Entry]] = []
    for number, entry in enumerate(entries, 1):
        links.append((linked(number, links[-1][0].digest if links else "", entry), entry))
    return links


def faults(links, *anchors: Anchor, told: Erasures = NONE) -> list[tuple[int, str]]:
    verifier = Verifier(anchors)
    found = [fault for link, entry in links for fault in verifier.faults_of(link, entry)]
    return [(fault.number, fault.code) for fault in (*found, *verifier.faults_at_end(told))]


def test_an_empty_chain_is_whole_unless_something_was_written_down() -> None:
    assert faults([]) == []
    assert faults([], Anchor(3, "f" * 64)) == [(3, "cut")]


def test_an_entry_that_is_gone_while_its_link_is_there_is_a_fault() -> None:
    links = chained(ENTRY, ENTRY)
    assert faults([(links[0][0], None), links[1]]) == [(1, "entry")]


def test_two_links_that_changed_places_are_found() -> None:
    links = chained(ENTRY, ENTRY, ENTRY)
    assert {number for number, _code in faults([links[0], links[2], links[1]])} == {3, 2}


def test_two_entries_that_changed_places_are_found_though_they_say_the_same() -> None:
    (first, entry), (second, other) = chained(ENTRY, replace(ENTRY, object_id="other"))
    assert faults([(first, other), (second, entry)]) == [(1, "object"), (2, "object")]


def test_a_link_made_anew_with_its_digest_breaks_the_one_behind_it() -> None:
    links = chained(ENTRY, ENTRY, ENTRY)
    changed = replace(ENTRY, verb="thing.undone")
    links[1] = linked(2, links[0][0].digest, changed), changed
    assert faults(links) == [(3, "predecessor")]


def test_a_chain_made_anew_from_the_changed_entry_on_is_found_by_an_anchor_alone() -> None:
    links = chained(ENTRY, ENTRY, ENTRY)
    anchor = Anchor(3, links[2][0].digest)
    anew = chained(ENTRY, replace(ENTRY, actor="somebody else"), ENTRY)
    assert faults(links, anchor) == []
    assert faults(anew) == []
    assert faults(anew, anchor) == [(3, "anchor")]


def test_the_same_deed_twice_has_two_seals() -> None:
    (first, _entry), (second, _other) = chained(ENTRY, ENTRY)
    assert first.actor_seal != second.actor_seal
    assert first.object_seal != second.object_seal


def test_a_moment_is_the_same_whatever_zone_a_database_gives_it_in() -> None:
    ((link, entry),) = chained(ENTRY)
    elsewhere = replace(entry, at=AT.astimezone(timezone(timedelta(hours=-4))))
    assert faults([(link, elsewhere)]) == []


def test_a_part_that_was_erased_is_no_fault_where_its_erasure_is_on_record() -> None:
    people = (witnessed("a" * 26), witnessed("b" * 26))
    ((link, entry),) = chained(replace(ENTRY, seen=people))
    gone = replace(
        entry, actor="", object_id="", details={}, seen=(replace(people[0], person_ref="", salt=""), people[1])
    )
    bare = replace(link, actor_salt="", object_salt="")
    assert faults([(bare, gone)], told=Erasures({1}, {1}, {1})) == []
    for told in (Erasures(set(), {1}, {1}), Erasures({1}, set(), {1}), Erasures({1}, {1}, set())):
        assert faults([(bare, gone)], told=told) == [(1, "erased")]
    # What looks erased by its salt alone still holds what was to go.
    assert (1, "actor") in faults([(bare, entry)], told=Erasures({1}, {1}, {1}))


TEXTS = st.text(max_size=20)
ENTRIES = st.builds(
    Entry, st.datetimes(timezones=st.just(UTC)), TEXTS, TEXTS, TEXTS, TEXTS,
    st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS), max_size=3),
)  # fmt: skip


@given(st.lists(ENTRIES, min_size=1, max_size=6), st.data())
def test_whatever_one_entry_is_changed_to_is_found(entries, data) -> None:
    links = chained(*entries)
    assert faults(links) == []
    place = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(ENTRIES.filter(lambda entry: entry != entries[place]))
    links[place] = (links[place][0], other)
    assert {number for number, _code in faults(links)} == {place + 1}


@given(st.lists(ENTRIES, min_size=2, max_size=6), st.data())
def test_whichever_entry_is_taken_out_is_found(entries, data) -> None:
    links = chained(*entries)
    anchor = Anchor(len(links), links[-1][0].digest)
    del links[data.draw(st.integers(0, len(entries) - 1))]
    assert faults(links, anchor)
