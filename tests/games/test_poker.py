"""RLCard's poker: who begins, what is drawn of what is hidden, what is won and lost."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from arena import load_agent, load_game
from arena.match import Match, verify
from arena.playing import play_match
from arena.seeding import generator
from games.poker import LEDUC, TEXAS, TEXAS_NO_LIMIT, redraw

TABLES = ["leduc_holdem", *(f"{game.id}:num_players={n}" for game in (TEXAS, TEXAS_NO_LIMIT) for n in (2, 3, 4, 6))]
CALL, RAISE, FOLD, CHECK = range(4)  # of leduc and limit hold'em
NO_LIMIT_CALL, HALF_POT, ALL_IN = 1, 2, 4


def table(match):
    """RLCard's own game, where all lies open."""
    return match.position.env.unwrapped.env.game


def hand(player):
    return [str(card) for card in (player.hand if isinstance(player.hand, list) else [player.hand])]


def deck(match):
    return [str(card) for card in table(match).dealer.deck]


def public(game):
    cards = [game.public_card] if hasattr(game, "public_card") else game.public_cards
    return [str(card) for card in cards if card]


def after(name, seed, *moves):
    match = Match(load_game(name), seed)
    for move in moves:
        match.play(move)
    return match


def play(match, choose):
    """Plays on; `choose` gets the match and the legal actions."""
    while not match.over:
        match.play(choose(match, np.flatnonzero(match.turn.legal).tolist()))
    return match.record


def at_random(seed):
    rng = generator(seed, "poker")
    return lambda _, legal: int(rng.choice(legal))


class TestFirstMover:
    @pytest.mark.parametrize(
        "name", ["leduc_holdem", "texas_holdem:num_players=4", "texas_holdem_no_limit:num_players=3"]
    )
    def test_the_seed_draws_it_and_all_seats_are_as_likely(self, name):
        game = load_game(name)
        counts = Counter(Match(game, seed).turn.seat for seed in range(240))
        assert set(counts) == set(range(game.n_players))
        assert chisquare(list(counts.values())).pvalue > 0.001

    @pytest.mark.parametrize("name", TABLES)
    def test_one_seed_is_one_deal(self, name):
        one, two, other = after(name, 7), after(name, 7), after(name, 8)
        assert one.turn.seat == two.turn.seat
        hands = [[hand(player) for player in table(match).players] for match in (one, two, other)]
        assert hands[0] == hands[1] != hands[2]
        assert deck(one) == deck(two) != deck(other)

    def test_swapped_seats_get_each_others_cards_on_the_same_seed(self):
        game = LEDUC
        agents = [load_agent("first", game), load_agent("first", game)]
        one, other = (play_match(game, agents, 7, seats=seats) for seats in ((0, 1), (1, 0)))
        assert one.moves == other.moves
        assert one.returns == other.returns
        assert one.seated == other.seated[::-1]


class TestMasks:
    @pytest.mark.parametrize("name", TABLES)
    def test_the_trap(self, name):
        """Every seat is given the mask of the mover, and whoever asks gets anybody's cards."""
        env = load_game(name).make_env()
        env.reset(seed=3)
        waiting = next(seat for seat in env.possible_agents if seat != env.agent_selection)
        masks = [env.observe(seat)["action_mask"] for seat in (waiting, env.agent_selection)]
        assert np.array_equal(*masks)
        assert masks[0].any()

    @pytest.mark.parametrize("name", TABLES)
    def test_a_turn_has_the_movers_own(self, name):
        for seed in range(5):
            match, choose = after(name, seed), at_random(seed)
            while not match.over:
                turn, game = match.turn, table(match)
                assert turn.seat == game.game_pointer
                rules = game.get_legal_actions()
                named = [action if isinstance(action, str) else action.value for action in rules]
                words = ["call", "raise", "fold", "check"]
                legal = {words.index(word) if isinstance(word, str) else word for word in named}
                assert set(np.flatnonzero(turn.legal).tolist()) == legal
                match.play(choose(match, sorted(legal)))


class TestRedraw:
    def drawn(self, match, seat, draws, look, seed=0):
        """What `look` sees in worlds drawn for a seat; one env is dealt anew again and again."""
        twin, rng = match.position.clone(), generator(seed, "redraw")
        env, found = twin.env.unwrapped, []
        for _ in range(draws):
            redraw(env, seat, rng)
            found.append(look(env.env.game))
        return found

    def test_leduc_every_deal_of_the_other_card_and_the_next_one_is_as_likely(self):
        match = after("leduc_holdem", 3)
        seat = match.turn.seat
        own = hand(table(match).players[seat])[0]
        counts = Counter(
            self.drawn(match, seat, 4000, lambda game: (str(game.players[1 - seat].hand), str(game.dealer.deck[-1])))
        )
        unseen = sorted({"JS", "JH", "QS", "QH", "KS", "KH"} - {own})
        assert set(counts) == set(itertools.permutations(unseen, 2))
        assert chisquare(list(counts.values())).pvalue > 0.001

    def test_leduc_after_the_public_card(self):
        match = after("leduc_holdem", 3, CALL, CHECK)
        seat = match.turn.seat
        known = {*hand(table(match).players[seat]), *public(table(match))}
        counts = Counter(
            self.drawn(
                match,
                seat,
                4000,
                lambda game: (str(game.players[1 - seat].hand), *(str(card) for card in game.dealer.deck)),
            )
        )
        assert len(known) == 2
        assert set(counts) == set(itertools.permutations({"JS", "JH", "QS", "QH", "KS", "KH"} - known))  # 24
        assert chisquare(list(counts.values())).pvalue > 0.001

    @pytest.mark.parametrize(
        ("name", "moves", "unseen"),
        [
            ("texas_holdem", (), 50),
            ("texas_holdem", (CALL, CHECK), 47),
            ("texas_holdem:num_players=4", (), 50),
            ("texas_holdem_no_limit", (), 50),
            ("texas_holdem_no_limit:num_players=3", (NO_LIMIT_CALL,) * 3, 47),
        ],
    )
    def test_each_hidden_place_holds_each_unseen_card_as_often(self, name, moves, unseen):
        match = after(name, 5, *moves)
        seat, n_players = match.turn.seat, match.game.n_players
        known = {*hand(table(match).players[seat]), *public(table(match))}

        def look(game):
            others = [str(card) for place, player in enumerate(game.players) if place != seat for card in player.hand]
            assert len(others) == 2 * (n_players - 1)
            return (*others, str(game.dealer.deck[-1]), str(game.dealer.deck[0]))

        found = self.drawn(match, seat, 1500, look)
        for place in zip(*found, strict=True):
            counts = Counter(place)
            assert len(counts) == unseen == 52 - len(known)
            assert not known & set(counts)
            assert chisquare(list(counts.values())).pvalue > 0.0001  # there are up to eight places
        assert all(len(set(cards)) == len(cards) for cards in found)

    def test_both_cards_of_a_hidden_hand_are_drawn_together(self):
        """All 1,225 hands occur as often as they should: their counts vary as those of a fair draw do."""
        match = after("texas_holdem", 5)
        seat = match.turn.seat
        found = Counter(
            frozenset(cards) for cards in self.drawn(match, seat, 6000, lambda g: hand(g.players[1 - seat]))
        )
        assert len(found) > 1200
        counts = [*found.values(), *[0] * (1225 - len(found))]
        assert chisquare(counts).pvalue > 0.001

    @pytest.mark.parametrize("name", TABLES)
    def test_all_that_is_known_stays_and_nothing_is_lost(self, name):
        for seed in range(6):
            match, choose = after(name, seed), at_random(seed)
            while not match.over:
                turn, game = match.turn, table(match)
                world = match.position.imagined(turn.seat, generator(seed))
                drawn = world.env.unwrapped.env.game
                assert hand(drawn.players[turn.seat]) == hand(game.players[turn.seat])
                assert [player.in_chips for player in drawn.players] == [player.in_chips for player in game.players]
                assert [player.status for player in drawn.players] == [player.status for player in game.players]
                assert np.array_equal(world.observe(turn.seat), turn.observation)
                assert np.array_equal(world.legal, turn.legal)
                cards = [card for player in drawn.players for card in hand(player)]
                cards += [str(card) for card in drawn.dealer.deck]
                shown = public(drawn)
                assert shown == public(game)
                every = 6 if name == "leduc_holdem" else 52
                assert len(cards) + len(shown) == every == len({*cards, *shown})
                match.play(choose(match, np.flatnonzero(turn.legal).tolist()))

    @pytest.mark.parametrize(
        ("name", "fold", "call"),
        [("texas_holdem:num_players=4", FOLD, CALL), ("texas_holdem_no_limit:num_players=4", 0, NO_LIMIT_CALL)],
    )
    def test_a_hand_that_was_folded_is_drawn_too(self, name, fold, call):
        match = after(name, 2)
        folded = match.turn.seat
        match.play(fold)
        seat = match.turn.seat
        found = self.drawn(match, seat, 200, lambda game: frozenset(hand(game.players[folded])))
        assert len(set(found)) > 150
        match.play(call)
        assert match.turn.seat not in (folded, seat)

    def test_what_the_seat_before_saw_is_forgotten(self):
        match = after("leduc_holdem", 3, CALL)
        world = match.position.imagined(match.turn.seat, generator(0))
        assert match.position.env.unwrapped._last_obs is not None
        assert world.env.unwrapped._last_obs is None

    def test_worlds_are_played_to_their_end(self):
        for name in TABLES:
            match = after(name, 4)
            model = match.turn.model
            for number in range(3):
                world, rng = model.sample(generator(number)), generator(number, "play")
                while not world.terminal:
                    world.apply(int(rng.choice(np.flatnonzero(world.legal))))
                assert abs(world.returns.sum()) < 1e-9


class TestReturns:
    @pytest.mark.parametrize("name", TABLES)
    def test_what_one_wins_the_others_lose_within_the_range(self, name):
        game, seen = load_game(name), []
        low, high = game.return_range
        for seed in range(40):
            record = play(Match(game, seed), at_random(seed))
            assert abs(sum(record.returns)) < 1e-9
            assert low <= min(record.returns) <= max(record.returns) <= high
            assert verify(record, game) == []
            seen.append(record.returns)
        assert len(set(seen)) >= 10

    @pytest.mark.parametrize(
        ("name", "move", "most"),
        [
            ("leduc_holdem", RAISE, 7),
            ("texas_holdem", RAISE, 25),
            ("texas_holdem:num_players=6", RAISE, 25),
            ("texas_holdem_no_limit", ALL_IN, 100),
            ("texas_holdem_no_limit:num_players=6", ALL_IN, 100),
        ],
    )
    def test_the_range_is_reached_where_all_put_in_all_they_can(self, name, move, most):
        game = load_game(name)
        calls = {CALL, CHECK} if move == RAISE else {NO_LIMIT_CALL}
        for seed in range(20):
            record = play(
                Match(game, seed),
                lambda _, legal: move if move in legal else next(one for one in legal if one in calls),
            )
            assert min(record.returns) in (-most, 0)
            assert game.return_range == (-most, most * (game.n_players - 1))
            if max(record.returns) == game.return_range[1]:
                break
        else:
            raise AssertionError("nobody won it all in twenty deals")

    @pytest.mark.parametrize("name", ["leduc_holdem", "texas_holdem:num_players=3", "texas_holdem_no_limit"])
    def test_an_illegal_move_costs_as_much_as_one_can_lose(self, name):
        """PettingZoo charges 1: less than a fold late in the game."""
        game = load_game(name)
        match = Match(game, 0)
        offender = match.turn.seat
        match.play(int(np.flatnonzero(~match.turn.legal)[0]) if not match.turn.legal.all() else 99)
        low = game.return_range[0]
        assert match.record.returns[offender] == low
        assert {match.record.returns[seat] for seat in range(game.n_players)} == {low, -low / (game.n_players - 1)}
        assert sum(match.record.returns) == 0

    def test_what_pettingzoo_charges_for_it(self):
        env = load_game("leduc_holdem").make_env()
        env.reset(seed=0)
        offender = env.agent_selection
        env.step(CHECK)  # not legal for who owes half a blind
        assert env.rewards[offender] == -1

    @pytest.mark.parametrize("game", [TEXAS, TEXAS_NO_LIMIT], ids=lambda game: game.id)
    @pytest.mark.parametrize("players", [2, 3, 6, 10])
    @pytest.mark.parametrize("folds", [False, True])
    def test_the_slowest_betting_stays_below_the_ply_cap(self, game, players, folds):
        """Each round is raised at the last moment, as often and as little as can be; all but two fold before."""
        game = game.with_options({"num_players": str(players)})
        calls, fold, least = ({CALL, CHECK}, FOLD, RAISE) if game.id == "texas_holdem" else ({1}, 0, HALF_POT)

        def slowly(match, legal):
            betting = table(match).round
            if folds and match.position.ply < players - 2:
                return fold
            out = getattr(betting, "not_playing_num", 0)
            late = betting.not_raise_num + out >= players - 1
            return least if late and least in legal else next(one for one in legal if one in calls)

        record = play(Match(game, 1), slowly)
        assert record.ending == "finished"
        assert players < len(record.moves) <= game.max_plies
