"""Models of games in which something is hidden: fair draws, and nothing in them that a seat must not know."""

import functools
import itertools
from collections import Counter

import numpy as np
import pytest
from pettingzoo.utils.conversions import aec_to_parallel
from scipy.stats import binomtest, chisquare

from arena import Game, load_game
from arena.env_model import EnvModel
from arena.match import Match
from arena.seeding import generator
from games.secrets import nothing_else_is_hidden
from tests.arena import toy_spaces as toys
from tests.arena.reachable import fingerprint, reachable
from tests.arena.toy_games import Whisper

SEED = 2**40 + 123_457  # one that is found nowhere else
HIDDEN = [
    "leduc_holdem",
    "texas_holdem",
    "texas_holdem:num_players=4",
    "texas_holdem_no_limit:num_players=3",
    "hanabi",
    "hanabi:players=3,colors=3,ranks=3",
    "rps",
    "prisoners_dilemma:rounds=9,noise=0.2",
    "shapley:rounds=9,continuation=0.9",
]
OPEN = ["tictactoe", "connect_four", "chess", "go:size=5"]


def middle(name, seed, plies, moves=None):
    """A match after some plies: the first legal actions that do not end it, or `moves`."""
    game = load_game(name) if isinstance(name, str) else name
    match, rng = Match(game, seed), generator(1, "middle")
    for ply in range(plies):
        legal = np.flatnonzero(match.turn.legal)
        twin = Match(game, seed)
        for _, action in match.position.history:
            twin.play(action)
        move = int(rng.choice(legal)) if moves is None else moves[ply]
        twin.play(move)
        if twin.over:
            break
        match = twin
    return match


class TestNobodyReadsTheSeed:
    @pytest.mark.parametrize("name", HIDDEN + OPEN)
    @pytest.mark.parametrize("plies", [0, 1, 4])
    def test_no_attribute_leads_to_it(self, name, plies):
        """Who has it can play the whole match through, with all that is drawn in it for others."""
        turn = middle(name, SEED, plies).turn
        model = turn.model
        worlds = [model, model.clone(), model.sample(generator(1))]
        for world in worlds:
            numbers = [(path, int(value)) for path, value in reachable(world) if isinstance(value, int | np.integer)]
            assert [path for path, number in numbers if number in (SEED, SEED % 2**31)] == []

    @pytest.mark.parametrize("name", ["leduc_holdem", "hanabi"])
    def test_the_oracle_would_find_it(self, name):
        """The same question, asked of the match's own position."""
        position = middle(name, SEED, 1).position
        numbers = [value for _, value in reachable(position) if isinstance(value, int)]
        assert SEED in numbers
        if name == "hanabi":
            assert SEED % 2**31 in numbers


def looks(match):
    """What the seat on move has seen, its own cards to the suit."""
    turn, inner = match.turn, match.position.env.unwrapped
    if match.game.id == "hanabi":
        seen = str(inner.hanabi_env.game_state.observation_string(turn.seat))
    else:
        table = inner.env.game
        hand = table.players[turn.seat].hand
        cards = [str(card) for card in (hand if isinstance(hand, list) else [hand])]
        public = getattr(table, "public_cards", None) or [getattr(table, "public_card", None)]
        seen = (cards, [str(card) for card in public], tuple(player.in_chips for player in table.players))
    return turn.seat, str(seen), turn.history


def truth(match):
    """What is hidden from the seat on move, the order of the deck included where there is one."""
    inner = match.position.env.unwrapped
    if match.game.id == "hanabi":
        return [(step.player, step.action) for step in inner.hanabi_env.game_state.full_history()]
    table = inner.env.game
    hands = [player.hand if isinstance(player.hand, list) else [player.hand] for player in table.players]
    return [[str(card) for card in cards] for cards in (*hands, table.dealer.deck)]


@functools.cache
def alike(name, moves):
    """Two matches on different seeds whose seat on move has seen the same, and whose truths differ; to look at only."""
    seen = {}
    for seed in itertools.count():
        match = middle(name, seed, len(moves), moves)
        if match.position.ply < len(moves):
            continue
        other = seen.setdefault(looks(match), match)
        if truth(other) != truth(match):
            assert other.seed != match.seed
            return other, match
    raise AssertionError


ALIKE = [  # small enough that two deals are soon alike
    ("leduc_holdem", ()),
    ("leduc_holdem", (1, 0)),  # raise, call: the public card lies open
    ("texas_holdem", ()),
    ("texas_holdem", (0,)),
    ("texas_holdem_no_limit", ()),
    ("hanabi:colors=2,ranks=2,hand_size=2", ()),
    ("hanabi:colors=2,ranks=2,hand_size=2", (2, 2)),  # each plays its oldest card, and draws another
    ("hanabi:colors=3,ranks=2,hand_size=2,players=3", ()),
]


class TestNobodyReadsTheTruth:
    """Non-interference: truths that look alike to a seat give, from equal generators, models that are alike to the
    last attribute; nothing that can be read out of them depends on what is hidden."""

    @pytest.mark.parametrize(("name", "moves"), ALIKE, ids=str)
    def test_models_of_truths_that_look_alike_are_the_same(self, name, moves):
        one, other = alike(name, moves)
        seat = one.turn.seat
        for number in range(5):
            worlds = [EnvModel(match.position.imagined(seat, generator(number))) for match in (one, other)]
            assert fingerprint(worlds[0]) == fingerprint(worlds[1])
            for world in worlds:  # and what is known is there, else this would be easy
                assert world.position.history == one.position.history
                assert world.position.known_history(seat) == one.turn.history
                assert np.array_equal(world.observe(seat), one.turn.observation)
                assert np.array_equal(world.legal, one.turn.legal)

    @pytest.mark.parametrize(("name", "moves"), ALIKE[:2] + ALIKE[5:6], ids=str)
    def test_the_oracle_would_find_what_is_not_drawn_anew(self, name, moves):
        one, other = alike(name, moves)
        copies = [EnvModel(match.position.clone(generator(0))) for match in (one, other)]
        assert fingerprint(copies[0]) != fingerprint(copies[1])

    def test_choices_of_an_unfinished_round(self):
        for choice in range(3):
            match = middle("shapley:rounds=9", 5, 3, (0, 1, choice))
            if choice == 0:
                first = fingerprint(EnvModel(match.position.imagined(1, generator(2))))
            assert fingerprint(EnvModel(match.position.imagined(1, generator(2)))) == first


class TestDraws:
    def test_two_worlds_of_one_leduc_position_deal_other_public_cards(self):
        turn = middle("leduc_holdem", 3, 1, (1,)).turn
        cards = set()
        for number in range(40):
            world = turn.model.sample(generator(number))
            world.apply(0)  # a call: the public card is dealt
            cards.add(str(world.position.env.unwrapped.env.game.public_card))
        own = str(turn.model.position.env.unwrapped.env.game.players[turn.seat].hand)
        assert len(cards) == 5
        assert own not in cards

    def test_the_public_card_is_any_of_five_just_as_often(self):
        model = middle("leduc_holdem", 3, 1, (1,)).turn.model
        counts = Counter()
        for number in range(500):
            world = model.sample(generator(number))
            world.apply(0)
            counts[str(world.position.env.unwrapped.env.game.public_card)] += 1
        assert chisquare(list(counts.values())).pvalue > 0.001

    def test_the_model_of_a_turn_is_a_draw_too_which_the_match_and_the_ply_decide(self):
        def hand(turn):
            return str(turn.model.position.env.unwrapped.env.game.players[1 - turn.seat].hand)

        same, drawn, true = 0, set(), 0
        for seed in range(100):
            match = Match(load_game("leduc_holdem"), seed)
            turn = match.turn
            same += hand(turn) == hand(turn)
            drawn.add(hand(turn))
            true += hand(turn) == str(match.position.env.unwrapped.env.game.players[1 - turn.seat].hand)
        assert same == 100
        assert len(drawn) == 6
        assert binomtest(true, 100, 1 / 5).pvalue > 0.001  # no more often than chance

    def test_a_clone_is_the_same_world_and_independent(self):
        model = middle("leduc_holdem", 3, 1, (1,)).turn.model
        before, twin = fingerprint(model), model.clone()
        assert fingerprint(twin) == before
        twin.apply(0)
        assert fingerprint(model) == before
        assert twin.position.ply == model.position.ply + 1

    def test_a_world_is_drawn_for_the_seat_on_move_in_the_model(self):
        """After a move the other seat's card is known and one's own is not."""
        model = middle("leduc_holdem", 3, 0).turn.model
        hands = [str(player.hand) for player in model.position.env.unwrapped.env.game.players]
        model.apply(1)
        mover = model.to_move
        drawn = {0: set(), 1: set()}
        for number in range(60):
            players = model.sample(generator(number)).position.env.unwrapped.env.game.players
            for seat, player in enumerate(players):
                drawn[seat].add(str(player.hand))
        assert drawn[mover] == {hands[mover]}
        assert len(drawn[1 - mover]) == 5


def one_ply(model, seat):
    """The action after which a seat has most."""
    legal, worth = np.flatnonzero(model.legal).tolist(), []
    for action in legal:
        after = model.clone()
        after.apply(action)
        worth.append(float(after.returns[seat]))
    return legal[int(np.argmax(worth))]


class TestSecondMover:
    """A clone of the env would hold the throw of the first seat: a one-ply search over it wins every round."""

    @pytest.mark.parametrize("way", ["model", "sample"])
    def test_a_best_response_to_what_is_drawn_wins_a_third(self, way, rps):
        throws, rng, outcomes, guessed = generator(1, "throws"), generator(2), Counter(), 0
        for seed in range(200):
            match = Match(rps, seed)
            while not match.over:
                before, throw = match.position.returns[1], int(throws.integers(3))
                match.play(throw)
                model = match.turn.model if way == "model" else match.turn.model.sample(rng)
                guessed += model.position.history[-1][1] == throw
                match.play(one_ply(model, 1))
                outcomes[match.position.returns[1] - before] += 1
        assert sum(outcomes.values()) == 3000
        assert chisquare([outcomes[-1], outcomes[0], outcomes[1]]).pvalue > 0.001
        assert binomtest(guessed, 3000, 1 / 3).pvalue > 0.001

    def test_the_same_search_over_a_copy_of_the_position_wins_all(self):
        match = Match(load_game("rps"), 1)
        for number in range(15):
            match.play(number % 3)
            match.play(one_ply(EnvModel(match.position.clone()), 1))
        assert match.record.returns == (-15, 15)

    def test_what_is_pending_is_drawn_from_what_is_legal(self):
        game = toys.game(toys.Privately, max_plies=12, stochastic=True, redraw=nothing_else_is_hidden)
        match = Match(game, 5)
        for _ in range(2):
            match.play(0)
        turn, cards = match.turn, match.position.env.cards
        drawn = [Counter(), Counter()]
        for number in range(300):
            world = turn.model.sample(generator(number)).position
            for seat in (0, 1):
                drawn[seat][world.history[seat][1]] += 1
            assert world._pending == {"a": world.history[0][1], "b": world.history[1][1]}
        for seat, name in enumerate("ab"):
            assert set(drawn[seat]) == ({0, 1, 2} if cards[name] % 2 else {0, 2})
            assert chisquare(list(drawn[seat].values())).pvalue > 0.001

    def test_an_aec_env_whose_seats_choose_at_once_has_no_model(self):
        """It holds what is pending, and so would every copy of it, in its history too."""
        facts = {"simultaneous": True, "redraw": nothing_else_is_hidden, "return_range": (-2.0, 2.0)}
        aec = Game("whisper", make=Whisper, **facts)
        assert not aec.has_model
        assert Match(aec, 0).turn.model is None
        parallel = Game("whisper", make=lambda: aec_to_parallel(Whisper()), **facts)
        assert parallel.has_model
        assert Match(parallel, 0).turn.model is not None

    def test_ones_own_pending_move_is_kept(self):
        match = middle("shapley:rounds=9", 0, 1, (2,))
        assert {match.position.imagined(0, generator(n)).history[0] for n in range(20)} == {(0, 2)}
        assert {match.position.imagined(1, generator(n)).history[0] for n in range(20)} == {(0, 0), (0, 1), (0, 2)}


class TestKeys:
    def test_what_a_seat_does_not_know_is_not_in_its_key(self):
        for name, moves in ALIKE:
            one, other = alike(name, moves)
            seat = one.turn.seat
            assert one.turn.model.key(seat) == other.turn.model.key(seat)
            assert hash(one.turn.model.key(seat)) == hash(other.turn.model.key(seat))

    def test_what_it_does_know_is(self):
        seen = {}
        for seed in range(60):
            turn = Match(load_game("leduc_holdem"), seed).turn
            seen.setdefault(turn.model.key(turn.seat), set()).add(bytes(turn.observation.data))
        assert {len(observations) for observations in seen.values()} == {1}
        assert len(seen) == 3  # jack, queen, king

    def test_histories_are_never_merged(self):
        """Raise and call, check and check: the cards may be the same, what has been shown is not."""
        keys = set()
        for moves in [(1, 0), (0, 3), (0, 1, 0), (1, 1, 0)]:
            match = middle("leduc_holdem", 3, len(moves), moves)
            keys.add(match.turn.model.key(match.turn.seat))
        assert len(keys) == 4
