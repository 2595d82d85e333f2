from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import Outcome
from tournaments.facts import Played
from tournaments.tally import Tally, counted, independent, outcomes, tally


def played(identities, ranks, story="s", offenders=(), ending="finished", returns=None):
    returns = returns or [0.0] * len(ranks)
    return Played(tuple(identities), tuple(ranks), tuple(returns), tuple(offenders), ending, story)


def test_two_players_win_draw_and_lose():
    counts = tally([played("ab", (1, 2)), played("ba", (1, 1)), played("ba", (2, 1), "t")])
    a, b = counts["a"], counts["b"]
    assert (a.games, a.wins, a.draws, a.losses, a.points) == (3, 2, 1, 0, 2.5)
    assert (b.games, b.wins, b.draws, b.losses, b.score) == (3, 0, 1, 2, 0.5 / 3)


def test_a_void_match_counts_for_nobody():
    void = played("ab", (1, 2), ending="void")
    assert tally([void]) == {}
    assert list(counted([void, played("ab", (1, 2))])) == [played("ab", (1, 2))]


def test_a_forfeit_is_the_loss_it_is_and_is_counted_as_one():
    counts = tally([played("ab", (2, 1), offenders=(0,), ending="timeout")])
    assert (counts["a"].losses, counts["a"].forfeits) == (1, 1)
    assert (counts["b"].wins, counts["b"].forfeits) == (1, 0)


def test_returns_are_added_up_forfeits_as_recorded_void_matches_not_at_all():
    counts = tally(
        [
            played("ab", (1, 2), returns=(5, -1)),
            played("ba", (2, 1), returns=(-3, 0), offenders=(0,), ending="timeout"),
            played("ab", (1, 2), returns=(100, 100), ending="void"),
        ]
    )
    assert {name: (count.returns, count.mean_return) for name, count in counts.items()} == {
        "a": (5, 2.5),
        "b": (-4, -2),
    }
    assert Tally().mean_return is None


def test_more_than_two_seats_score_by_those_left_behind():
    counts = tally([played("abcd", (1, 1, 3, 4))])
    assert [counts[name].points for name in "abcd"] == [(0.5 + 1 + 1) / 3, (0.5 + 1 + 1) / 3, 1 / 3, 0]
    assert [counts[name].draws for name in "abcd"] == [1, 1, 0, 0]
    assert [counts[name].losses for name in "abcd"] == [0, 0, 1, 1]


def test_a_player_alone_scores_nothing():
    assert tally([played("a", (1,))])["a"].points == 0


def test_games_are_distinct_by_seating_and_story():
    counts = tally([played("ab", (1, 2))] * 3 + [played("ba", (2, 1)), played("ab", (1, 2), "t"), played("ac", (1, 2))])
    assert {name: len(count.stories) for name, count in counts.items()} == {"a": 4, "b": 3, "c": 1}


def test_a_seating_that_repeats_one_game_is_one_observation():
    repeated = [played("ab", (1, 2))] * 5
    other_way = [played("ba", (1, 2))] * 3
    varied = [played("ac", (1, 2), "s"), played("ac", (1, 2), "s"), played("ac", (2, 1), "t")]
    assert independent(repeated + other_way + varied) == [repeated[0], other_way[0], *varied]


def test_pairs_of_more_than_two_seats_are_compared_by_rank():
    assert outcomes([played("abc", (2, 1, 2))]) == [Outcome("a", "b", 0), Outcome("a", "c", 0.5), Outcome("b", "c", 1)]


MATCHES = st.lists(
    st.builds(
        lambda pair, ranks, story: played(pair, ranks, story),
        st.permutations("abc").map(lambda names: names[:2]),
        st.sampled_from([(1, 2), (2, 1), (1, 1)]),
        st.sampled_from("st"),
    ),
    max_size=30,
)


@given(MATCHES)
def test_every_point_goes_to_somebody(matches):
    counts = tally(matches).values()
    assert sum(count.points for count in counts) == len(matches)
    assert sum(count.wins for count in counts) == sum(count.losses for count in counts)
    assert sum(count.games for count in counts) == 2 * len(matches)
    assert all(count.wins + count.draws + count.losses == count.games for count in counts)


@given(MATCHES)
def test_leaving_repetitions_out_leaves_every_seating_in(matches):
    kept = independent(matches)
    assert {match.identities for match in kept} == {match.identities for match in matches}
    assert len(kept) <= len(matches)
    assert independent(kept) == kept
