from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import UsageError
from tournaments.schedule import MAX_MATCHES, RoundRobin, round_robin

SIZES = st.tuples(st.integers(2, 7), st.integers(1, 4), st.integers(0, 2**63 - 1))


def toy(players=2):
    return SimpleNamespace(key="toy", n_players=players)


def seatings(schedule):
    """How often each entrant sat in each seat against each set of others."""
    return Counter(
        (pairing.entrants[place], seat, frozenset(pairing.entrants))
        for pairing in schedule
        for seat, place in enumerate(pairing.seats)
    )


@given(SIZES)
def test_every_pair_meets_equally_often_in_each_seat(size):
    entrants, rounds, seed = size
    counts = seatings(RoundRobin(entrants, 2, rounds, seed))
    assert len(counts) == entrants * 2 * (entrants - 1)
    assert set(counts.values()) == {rounds}


@given(SIZES)
def test_ordinals_count_the_planned_matches_without_a_gap(size):
    entrants, rounds, seed = size
    schedule = RoundRobin(entrants, 2, rounds, seed)
    assert [pairing.ordinal for pairing in schedule] == list(range(schedule.planned))


@given(SIZES)
def test_a_block_is_one_seed_with_the_seats_swapped_and_no_two_blocks_share_a_seed(size):
    entrants, rounds, seed = size
    pairings = list(RoundRobin(entrants, 2, rounds, seed))
    blocks = list(zip(pairings[::2], pairings[1::2], strict=True))
    for one, other in blocks:
        assert (one.seed, one.entrants, one.round) == (other.seed, other.entrants, other.round)
        assert (one.seats, other.seats) == ((0, 1), (1, 0))
    assert len({one.seed for one, _ in blocks}) == len(blocks)


@given(SIZES, st.integers(1, 3))
def test_more_rounds_change_no_match_drawn_before(size, more):
    entrants, rounds, seed = size
    before = list(RoundRobin(entrants, 2, rounds, seed))
    after = list(RoundRobin(entrants, 2, rounds + more, seed))
    assert after[: len(before)] == before


@given(SIZES)
def test_an_entrant_added_at_the_end_changes_no_seed_of_the_others(size):
    entrants, rounds, seed = size
    seeds = {(p.round, p.entrants): p.seed for p in RoundRobin(entrants, 2, rounds, seed)}
    wider = {(p.round, p.entrants): p.seed for p in RoundRobin(entrants + 1, 2, rounds, seed)}
    assert seeds.items() <= wider.items()


def test_another_seed_gives_other_seeds_throughout():
    one, other = ({pairing.seed for pairing in RoundRobin(4, 2, 5, seed)} for seed in (0, 1))
    assert not one & other


def test_three_players_take_each_seat_once_in_a_block():
    pairings = list(RoundRobin(4, 3, 2, 0))
    assert len(pairings) == RoundRobin(4, 3, 2, 0).planned == 2 * 4 * 3
    assert [pairing.seats for pairing in pairings[:3]] == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]
    assert set(seatings(pairings).values()) == {2}


@pytest.mark.parametrize(
    ("players", "entrants", "rounds", "seed", "text"),
    [
        (2, 1, 1, 0, "a tournament of toy needs at least 2 entrants, 1 given"),
        (2, 0, 1, 0, "a tournament of toy needs at least 2 entrants, 0 given"),
        (4, 3, 1, 0, "a tournament of toy needs at least 4 entrants, 3 given"),
        (2, 2, 0, 0, "rounds must be at least 1, not 0"),
        (2, 2, -3, 0, "rounds must be at least 1, not -3"),
        (2, 2, 1, -1, "seed must be from 0 to 9223372036854775807, not -1"),
        (2, 2, 1, 2**63, "seed must be from 0 to 9223372036854775807, not 9223372036854775808"),
        (2, 2, 10**30, 0, "matches, more than 1,000,000: ask for fewer rounds"),
    ],
)
def test_what_cannot_be_drawn_up_is_said_in_one_line(players, entrants, rounds, seed, text):
    with pytest.raises(UsageError) as caught:
        round_robin(toy(players), entrants, rounds=rounds, seed=seed)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_largest_tournament_is_allowed():
    assert round_robin(toy(), 2, rounds=MAX_MATCHES // 2, seed=2**63 - 1).planned == MAX_MATCHES
