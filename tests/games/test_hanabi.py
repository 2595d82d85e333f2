"""Hanabi: worlds are drawn with their exact probabilities, and everybody gets the team's score.

The oracle is OpenSpiel itself: it deals every hand that a seat may hold, with its own probabilities, and a hand is
possible when the seat would have seen at every moment what it did see.
"""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from arena import UsageError, load_agent, load_game
from arena.match import Match, verify
from arena.playing import play_match
from arena.seeding import generator
from games.hanabi import redraw

CHANCE = -1
TINY = "hanabi:colors=2,ranks=2,hand_size=2"  # 8 cards
SMALL = "hanabi:colors=2,ranks=3,hand_size=3"  # 12 cards
THREE = "hanabi:players=3,colors=3,ranks=2,hand_size=2"  # 12 cards
ALL_SIZES = [  # with lives enough to play blindly to the last card
    *(f"hanabi:players={players},hand_size={5 if players < 4 else 4},max_life_tokens=50" for players in (2, 3, 4, 5)),
    *(f"hanabi:players={players},colors={players},ranks=3,hand_size=2,max_life_tokens=9" for players in (2, 3, 4, 5)),
]


def env_of(match):
    return match.position.env.unwrapped


def told(env):
    return [(step.player, step.action) for step in env.hanabi_env.game_state.full_history()]


def kind_of(game, action):
    """`discard`, `play` or `hint`."""
    size = {**game.options, **game.chosen}["hand_size"]
    return "discard" if action < size else "play" if action < 2 * size else "hint"


def choose(match, rng, kinds):
    """A random legal action of one of the kinds, of any kind where there is none."""
    legal = np.flatnonzero(match.turn.legal).tolist()
    liked = [action for action in legal if kind_of(match.game, action) in kinds]
    return int(rng.choice(liked or legal))


def under_way(name, seed, plies):
    """A match in which much was told: hints first, then whatever is legal, but no card is played blindly."""
    match, rng = Match(load_game(name), seed), generator(seed, "hanabi", plies)
    for _ in range(plies):
        match.play(choose(match, rng, ("hint",) if rng.random() < 0.6 else ("hint", "discard")))
    return match


def numbers_held(game, history):
    """For each seat the numbers of the deals that it holds, oldest first."""
    options = {**game.options, **game.chosen}
    size, hands, dealt = options["hand_size"], [[] for _ in range(game.n_players)], 0
    receiver = 0
    for player, action in history:
        if player == CHANCE:
            if dealt < size * game.n_players:
                receiver = dealt // size
            hands[receiver].append(dealt)
            dealt += 1
        elif kind_of(game, action) != "hint":
            del hands[player][action % size]
            receiver = player
    return hands


def posterior(match, seat):
    """The probability of each hand that `seat` may hold, given all that it has seen."""
    env = env_of(match)
    history, start = told(env), env.hanabi_env.game_state.get_game()
    own, number = set(numbers_held(match.game, history)[seat]), 0
    truth, worlds = start.new_initial_state(), [(start.new_initial_state(), 1.0, ())]
    for player, action in history:
        after = []
        for state, weight, hand in worlds:
            if player != CHANCE:
                after += [(state.child(action), weight, hand)] if action in state.legal_actions() else []
                continue
            for card, chance in state.chance_outcomes():
                if number in own or card == action:
                    drawn = (*hand, card) if number in own else hand
                    after.append((state.child(card), weight * chance, drawn))
        truth, number = truth.child(action), number + (player == CHANCE)
        if not truth.is_chance_node():
            seen = truth.observation_tensor(seat)
            after = [world for world in after if world[0].observation_tensor(seat) == seen]
        worlds = after
    total = sum(weight for _, weight, _ in worlds)
    chances = Counter()
    for _, weight, hand in worlds:
        chances[hand] += weight / total
    return chances


def drawn_hands(match, seat, draws):
    """The seat's own hand in worlds drawn for it; one env is dealt anew again and again."""
    env, rng = match.position.clone().env.unwrapped, generator(0, "draw")
    own = numbers_held(match.game, told(env))[seat]
    found = Counter()
    for _ in range(draws):
        redraw(env, seat, rng)
        dealt = [action for player, action in told(env) if player == CHANCE]
        found[tuple(dealt[number] for number in own)] += 1
    return found


def all_seen(history, start, seat):
    """What a seat saw at each of its moments."""
    state, seen = start.new_initial_state(), []
    for _, action in history:
        state.apply_action(action)
        if not state.is_chance_node() and not state.is_terminal():
            seen.append(state.observation_tensor(seat))
    return seen


class TestPosterior:
    @pytest.mark.parametrize(
        ("name", "seed", "plies"),
        [
            (TINY, 0, 0),
            (TINY, 2, 3),
            (SMALL, 0, 2),
            (SMALL, 3, 5),
            (SMALL, 5, 7),
            (THREE, 5, 2),
            (THREE, 5, 6),
            (THREE, 6, 7),
        ],
    )
    def test_hands_are_drawn_as_often_as_they_are_likely(self, name, seed, plies):
        match, draws = under_way(name, seed, plies), 1200
        seat = match.turn.seat
        chances, found = posterior(match, seat), drawn_hands(match, seat, draws)
        assert len(chances) > 1
        assert set(found) <= set(chances)
        often = [hand for hand, chance in chances.items() if chance * draws >= 5]
        rest = draws - sum(found[hand] for hand in often)
        observed, expected = [found[hand] for hand in often], [chances[hand] * draws for hand in often]
        if len(often) < len(chances):
            observed, expected = [*observed, rest], [*expected, draws - sum(expected)]
        assert chisquare(observed, expected).pvalue > 0.001

    def test_they_are_not_equally_likely(self):
        """Else the test above would not see weights that are wrong."""
        chances = posterior(under_way(SMALL, 5, 7), 1)
        assert max(chances.values()) > 10 * min(chances.values())

    def test_hints_narrow_it(self):
        sizes = [len(posterior(under_way(SMALL, 3, plies), seat)) for plies in (0, 8) for seat in (0, 1)]
        assert max(sizes[2:]) < min(sizes[:2])

    def test_the_true_hand_is_among_the_possible_ones(self):
        for seed in range(8):
            match = under_way(THREE, seed, seed)
            dealt = [action for player, action in told(env_of(match)) if player == CHANCE]
            for seat, numbers in enumerate(numbers_held(match.game, told(env_of(match)))):
                assert tuple(dealt[number] for number in numbers) in posterior(match, seat)

    def test_a_hand_that_must_be_so_is_always_drawn(self):
        """Told the last card of a small deck, nothing is left to draw."""
        match = Match(load_game("hanabi:colors=2,ranks=2,hand_size=4"), 0)  # all eight cards are held
        chances = posterior(match, 0)
        assert {tuple(sorted(hand)) for hand in chances} == {tuple(sorted(next(iter(chances))))}
        found = drawn_hands(match, 0, 500)
        assert set(found) <= set(chances)


def deck_left(env):
    return int(str(env.hanabi_env.game_state).split("Deck size: ")[1].split()[0])


class TestWorlds:
    @pytest.mark.parametrize("name", ALL_SIZES)
    def test_all_that_was_seen_is_kept_and_the_game_goes_on_to_its_end(self, name):
        """Hints, plays and discards of a whole game, its last round with small hands included."""
        game, rng, decks = load_game(name), generator(0, "worlds"), []
        match = Match(game, 3)
        while not match.over:
            seat, env = match.turn.seat, env_of(match)
            left = deck_left(env)
            if match.position.ply % 6 == 0 or left == 0:
                world = match.position.imagined(seat, generator(match.position.ply))
                start = env.hanabi_env.game_state.get_game()
                assert all_seen(told(world.env.unwrapped), start, seat) == all_seen(told(env), start, seat)
                assert np.array_equal(world.observe(seat), match.turn.observation)
                assert np.array_equal(world.legal, match.turn.legal)
                while not world.over:
                    world.step(int(rng.choice(np.flatnonzero(world.legal))))
                assert len(set(world.returns)) == 1
                assert game.return_range[0] <= world.returns[0] <= game.return_range[1]
                decks.append(left)
            match.play(choose(match, rng, ("hint", "discard", "play")))
        assert decks[0] > 0 == decks[-1]

    def test_other_hands_and_what_was_played_are_never_drawn(self):
        match = under_way("hanabi:players=3,hand_size=4", 2, 12)
        seat, env = match.turn.seat, env_of(match)
        held = numbers_held(match.game, told(env))
        true = [action for player, action in told(env) if player == CHANCE]
        for number in range(30):
            dealt = told(match.position.imagined(seat, generator(number)).env.unwrapped)
            dealt = [action for player, action in dealt if player == CHANCE]
            changed = {place for place in range(len(true)) if dealt[place] != true[place]}
            assert changed <= set(held[seat])

    def test_the_deck_is_drawn_too(self):
        model = Match(load_game("hanabi"), 0).turn.model
        futures = set()
        for number in range(20):
            world = model.sample(generator(number))
            for action in (5, 5):  # both play their oldest card, and draw another
                world.apply(action)
            futures.add(tuple(told(world.position.env.unwrapped)[-3:]))
        assert len(futures) > 10


class TestScore:
    def test_everybody_gets_it(self):
        for name in (TINY, THREE, "hanabi:players=5,hand_size=4"):
            game = load_game(name)
            for seed in range(6):
                match, rng = Match(game, seed), generator(seed)
                while not match.over:
                    match.play(choose(match, rng, ("hint", "discard", "play")))
                assert len(set(match.record.returns)) == 1
                assert verify(match.record, game) == []

    def test_nothing_is_left_of_it_once_all_lives_are_lost(self):
        """Though cards were scored before."""
        game, scored = load_game("hanabi:max_life_tokens=1"), 0
        for seed in range(30):
            match, best = Match(game, seed), 0.0
            while not match.over:
                match.play(5)  # plays the oldest card
                best = max(best, *match.position.returns)
            assert match.record.returns == (0, 0)
            scored += best > 0
        assert scored > 5

    @pytest.mark.parametrize("name", [TINY, SMALL, "hanabi:max_information_tokens=50"])
    def test_who_sees_all_cards_reaches_the_top_of_the_range(self, name):
        game, best = load_game(name), 0.0
        options = {**game.options, **game.chosen}
        for seed in range(30):
            match = Match(game, seed)
            while not match.over:
                match.play(self.openly(match, options))
            best = max(best, *match.record.returns)
            if best == game.return_range[1]:
                break
        assert best == game.return_range[1] == options["colors"] * options["ranks"]

    def openly(self, match, options):
        """Plays what fits, else tells something, else throws away what is of no use any more."""
        state, seat, size = env_of(match).hanabi_env.game_state, match.turn.seat, options["hand_size"]
        lines = str(state).splitlines()
        done = {pile[0]: int(pile[1:]) for pile in next(one for one in lines if one.startswith("Fire")).split()[1:]}
        held, hands = [], str(state).split("Hands:\n")[1].split("Deck size")[0].split("-----\n")
        held = [line.split()[0] for line in hands[seat].splitlines() if "||" in line]
        for slot, card in enumerate(held):
            if int(card[1:]) == done[card[0]] + 1:
                return size + slot
        hints = [int(action) for action in np.flatnonzero(match.turn.legal) if action >= 2 * size]
        if hints:
            return hints[0]
        dead = [slot for slot, card in enumerate(held) if int(card[1:]) <= done[card[0]]]
        return dead[0] if dead else 0

    def test_pettingzoo_cuts_long_games_short(self):
        """It counts dealt cards towards the length that OpenSpiel allows for moves alone; the score stands."""
        match, rng = Match(load_game("hanabi"), 3), generator(0, "long")
        while not match.over:
            match.play(choose(match, rng, ("hint", "discard")))
        env = env_of(match)
        assert all(env.truncations.values())
        assert not env.hanabi_env.game_state.is_terminal()
        assert deck_left(env) > 0
        assert len(told(env)) == env.hanabi_env.game_state.get_game().max_game_length()
        assert match.record.ending == "finished"

    def test_a_forfeit_costs_what_the_team_can_lose(self):
        match = Match(load_game("hanabi"), 0)
        match.play(0)  # nobody discards while all tokens are there
        assert match.record.ending == "illegal move"
        assert match.record.returns == (0, 0)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ("colors=2,ranks=2", "2 hands of 5 are 10 cards, the deck has 8"),
            ("players=5,ranks=2", "5 hands of 5 are 25 cards, the deck has 20"),
            ("players=3,colors=2", "colors: 2 is smaller than players: 3"),
            ("players=6", "option 'players' must be from 2 to 5, not 6"),
        ],
    )
    def test_what_cannot_be_is_said_in_words(self, options, said):
        """OpenSpiel ends the whole process where there are fewer cards than places in hands."""
        with pytest.raises(UsageError, match=said):
            load_game(f"hanabi:{options}")

    @pytest.mark.parametrize("ranks", [2, 3, 4, 5])
    def test_the_deck_has_as_many_cards_as_is_said(self, ranks):
        """Each colour holds 3, 2, 2, 2 and 1 of the ranks; of a shorter row the highest is there once."""
        game = load_game(f"hanabi:colors=2,ranks={ranks},hand_size=2")
        match = Match(game, 0)
        assert deck_left(env_of(match)) + 4 == 2 * {2: 4, 3: 6, 4: 8, 5: 10}[ranks]
        assert game.return_range == (0, 2 * ranks)

    def test_hands_that_leave_no_deck_can_be_played(self):
        game = load_game("hanabi:colors=2,ranks=2,hand_size=4")
        record = play_match(game, [load_agent("random", game)] * 2, 0)
        assert record.ending == "finished"
