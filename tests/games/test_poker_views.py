"""How the poker games are read: known deals, what a seat may see, and words for actions."""

import random

import pytest
from pettingzoo.classic.rlcard_envs import leduc_holdem, texas_holdem, texas_holdem_no_limit
from rlcard.games.base import Card

from games.poker_views import LeducView, LimitHoldemView, NoLimitHoldemView, _folded

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*precision lowered by casting:UserWarning"
)  # PettingZoo's no-limit env

LEDUC, LIMIT, NO_LIMIT = LeducView(), LimitHoldemView(), NoLimitHoldemView()
ENDS_EARLY = {"leduc": [2], "limit": [2], "no_limit": [0, 4]}  # folding and all in
VIEWS = {"leduc": LEDUC, "limit": LIMIT, "no_limit": NO_LIMIT}
MODULES = {"leduc": leduc_holdem, "limit": texas_holdem, "no_limit": texas_holdem_no_limit}
TABLES = [("leduc", 2)] + [(game, players) for game in ("limit", "no_limit") for players in (2, 3, 6, 10)]


def table(game, players=2, seed=0):
    env = MODULES[game].raw_env() if game == "leduc" else MODULES[game].raw_env(num_players=players)
    env.reset(seed=seed)
    return env


def first(game, seat, players=2):
    """A table where `seat` is on move first."""
    return next(env for seed in range(100) if (env := table(game, players, seed)).env.game.game_pointer == seat)


def cards(text):
    return [Card(suit.upper(), rank) for rank, suit in text.split()]


def deal(env, *hands, deck=""):
    """Gives the seats these hands and puts these cards on top of the deck, the next one first."""
    game = env.env.game
    for player, hand in zip(game.players, hands, strict=True):
        player.hand = cards(hand)[0] if isinstance(player.hand, Card) else cards(hand)
    game.dealer.deck = cards("3c 3d 3h 3s 4s") + cards(deck)[::-1]  # no-limit deals a board even after the last fold
    return env


def play(view, env, *words):
    for word in words:
        env.step(view.parse(env, word))
    return env


def lines(view, env, seat):
    return view.text(env, seat).splitlines()


class TestLeduc:
    def test_the_first_turn(self):
        env = deal(first("leduc", 1), "Ks", "Qh")
        assert lines(LEDUC, env, 0) == [
            "Two each of J, Q and K (the highest); a pair with the public card beats all else",
            "You are seat 0. Your card: K",
            "Public card: none yet (first round)",
            "Seat 0 (you): 2 in",
            "Seat 1: 1 in",
            "Pot: 3",
            "Played so far: nothing",
            "Seat 1 to act: 1 to call, a raise is 2 on top",
        ]
        assert lines(LEDUC, env, 1)[1] == "You are seat 1. Your card: Q"

    def test_the_second_round_and_its_showdown(self):
        env = play(LEDUC, deal(first("leduc", 0), "Ks", "Qh", deck="Kh"), "call", "check")
        assert lines(LEDUC, env, 1)[1:] == [
            "You are seat 1. Your card: Q",
            "Public card: K (second round)",
            "Seat 0: 2 in",
            "Seat 1 (you): 2 in",
            "Pot: 4",
            "Played so far: seat 0 call, seat 1 check",
            "Seat 0 to act: nothing to call, a raise is 4 on top",
        ]
        play(LEDUC, env, "raise", "raise")
        assert lines(LEDUC, env, 0)[-1] == "Seat 0 to act: 4 to call, no further raise in this round"
        play(LEDUC, env, "call")
        assert lines(LEDUC, env, 1)[-2:] == [
            "Showdown: seat 0 K, seat 1 Q",
            "Result in big blinds: seat 0 +5, seat 1 -5",
        ]

    def test_a_fold_shows_no_card(self):
        env = play(LEDUC, deal(first("leduc", 0), "Js", "Qh"), "raise", "fold")
        assert lines(LEDUC, env, 0)[1:] == [
            "You are seat 0. Your card: J",
            "Public card: none yet (first round)",
            "Seat 0 (you): 4 in",
            "Seat 1: 2 in, folded",
            "Pot: 6",
            "Played so far: seat 0 raise, seat 1 fold",
            "The hand is over: all but seat 0 folded",
            "Result in big blinds: seat 0 +1, seat 1 -1",
        ]

    def test_suits_are_not_shown_since_nothing_depends_on_them(self):
        env = first("leduc", 0)
        assert LEDUC.text(deal(env, "Js", "Qh"), 0) == LEDUC.text(deal(env, "Jh", "Qh"), 0)

    def test_words(self):
        env = table("leduc")
        assert [LEDUC.name(env, action) for action in range(4)] == ["call", "raise", "fold", "check"] == env.env.actions
        assert LEDUC.parse(env, " Raise ") == 1
        with pytest.raises(ValueError, match="'bet' is no action: call, raise, fold or check"):
            LEDUC.parse(env, "bet ")


class TestLimit:
    def test_three_seats_before_the_flop(self):
        env = deal(first("limit", 0, players=3), "As Kd", "Th 2c", "7c 7d")
        assert lines(LIMIT, env, 2) == [
            "Cards are rank and suit: T ten, J jack, Q queen, K king, A ace; s spades, h hearts, d diamonds, c clubs",
            "You are seat 2. Your hand: 7c 7d",
            "Public cards: none yet (preflop)",
            "Seat 0: 0 in",
            "Seat 1: 1 in",
            "Seat 2 (you): 2 in",
            "Pot: 3",
            "Played so far: nothing",
            "Seat 0 to act: 2 to call, a raise is 2 on top",
        ]

    def test_from_flop_to_showdown(self):
        env = deal(first("limit", 0), "As Kd", "Th 2c", deck="Ah 5d 9c Js 4h")
        play(LIMIT, env, "call", "check")
        assert lines(LIMIT, env, 0)[2] == "Public cards: Ah 5d 9c (flop)"
        play(LIMIT, env, "check", "check")
        assert lines(LIMIT, env, 0)[2] == "Public cards: Ah 5d 9c Js (turn)"
        assert lines(LIMIT, env, 0)[-1] == "Seat 0 to act: nothing to call, a raise is 4 on top"
        play(LIMIT, env, "raise", "call")
        assert lines(LIMIT, env, 0)[2] == "Public cards: Ah 5d 9c Js 4h (river)"
        play(LIMIT, env, "check", "check")
        assert lines(LIMIT, env, 1)[1:] == [
            "You are seat 1. Your hand: Th 2c",
            "Public cards: Ah 5d 9c Js 4h (river)",
            "Seat 0: 6 in",
            "Seat 1 (you): 6 in",
            "Pot: 12",
            "Played so far: seat 0 call, seat 1 check, seat 0 check, seat 1 check, "
            "seat 0 raise, seat 1 call, seat 0 check, seat 1 check",
            "Showdown: seat 0 As Kd, seat 1 Th 2c",
            "Result in big blinds: seat 0 +3, seat 1 -3",
        ]

    def test_a_showdown_keeps_folded_hands_hidden(self):
        env = deal(first("limit", 0, players=3), "As Kd", "Th 2c", "7c 7d", deck="Ah 5d 9c Js 4h")
        play(LIMIT, env, "fold", "call")
        while not env.env.game.is_over():
            play(LIMIT, env, "check")
        for seat in range(3):
            assert lines(LIMIT, env, seat)[-2] == "Showdown: seat 1 Th 2c, seat 2 7c 7d"
            assert ("As Kd" in LIMIT.text(env, seat)) == (seat == 0)

    def test_raises_run_out(self):
        env = play(LIMIT, first("limit", 0), *["raise"] * 4)
        assert lines(LIMIT, env, 0)[-1] == "Seat 0 to act: 2 to call, no further raise in this round"


class TestNoLimit:
    def test_three_seats_before_the_flop(self):
        env = deal(first("no_limit", 0, players=3), "As Kd", "Th 2c", "7c 7d")
        assert lines(NO_LIMIT, env, 1)[1:] == [
            "You are seat 1. Your hand: Th 2c",
            "Public cards: none yet (preflop)",
            "Seat 0: 0 in, 100 left, dealer",
            "Seat 1 (you): 1 in, 99 left",
            "Seat 2: 2 in, 98 left",
            "Pot: 3",
            "Played so far: nothing",
            "Seat 0 to act: 2 to call, raise pot puts in 3, all in puts in 100",
        ]

    def test_what_the_text_says_raises_put_in_is_what_they_put_in(self):
        for word, action in (("raise half pot", 2), ("raise pot", 3), ("all in", 4)):
            env = play(NO_LIMIT, first("no_limit", 0, players=3), "call", "call", "check")
            mover = env.env.game.players[env.env.game.game_pointer]
            said = f"{word} puts in {dict(zip((2, 3, 4), (3, 6, 98), strict=True))[action]}"
            assert said in lines(NO_LIMIT, env, 0)[-1]
            before = mover.in_chips
            play(NO_LIMIT, env, word)
            assert f"{word} puts in {mover.in_chips - before}" == said

    def test_all_in_and_a_call_deal_the_whole_board(self):
        env = deal(first("no_limit", 0), "As Kd", "Th 2c", deck="Ah 5d 9c Js 4h")
        play(NO_LIMIT, env, "all in")
        assert lines(NO_LIMIT, env, 1)[-1].startswith("Seat 1 to act: 98 to call")
        assert [NO_LIMIT.name(env, action) for action in env.next_legal_moves] == ["fold", "call"]
        play(NO_LIMIT, env, "call")
        assert lines(NO_LIMIT, env, 1)[2:] == [
            "Public cards: Ah 5d 9c Js 4h (river)",
            "Seat 0: 100 in, 0 left",
            "Seat 1 (you): 100 in, 0 left, dealer",
            "Pot: 200",
            "Played so far: seat 0 all in, seat 1 check/call",
            "Showdown: seat 0 As Kd, seat 1 Th 2c",
            "Result in chips: seat 0 +100, seat 1 -100",
        ]

    def test_a_fold_shows_no_card(self):
        env = play(NO_LIMIT, deal(first("no_limit", 0), "As Kd", "Th 2c"), "raise pot", "fold")
        assert lines(NO_LIMIT, env, 0)[-2:] == [
            "The hand is over: all but seat 0 folded",
            "Result in chips: seat 0 +2, seat 1 -2",
        ]
        assert "Th 2c" not in NO_LIMIT.text(env, 0) and "As Kd" not in NO_LIMIT.text(env, 1)

    def test_one_action_is_call_or_check(self):
        env = first("no_limit", 0)
        assert [NO_LIMIT.name(env, a) for a in range(5)] == ["fold", "call", "raise half pot", "raise pot", "all in"]
        play(NO_LIMIT, env, "call")
        assert [NO_LIMIT.name(env, a) for a in range(5)] == ["fold", "check", "raise half pot", "raise pot", "all in"]
        assert NO_LIMIT.parse(env, "check") == NO_LIMIT.parse(env, "call") == 1

    @pytest.mark.parametrize(
        ("text", "action"),
        [
            ("FOLD", 0),
            (" call", 1),
            ("Check", 1),
            ("raise  half pot", 2),
            ("raise half-pot", 2),
            ("half pot", 2),
            ("raise_pot", 3),
            ("Pot", 3),
            ("all-in", 4),
            ("ALL IN", 4),
            ("allin", 4),
        ],
    )
    def test_words_in_many_hands(self, text, action):
        assert NO_LIMIT.parse(table("no_limit"), text) == action

    @pytest.mark.parametrize("text", ["raise", "raise 20", "", "bet", "check call", "4"])
    def test_what_is_no_action(self, text):
        env = play(NO_LIMIT, first("no_limit", 0), "call")
        with pytest.raises(ValueError, match=r"is no action: fold, check, raise half pot, raise pot or all in"):
            NO_LIMIT.parse(env, text)


def scramble(env, seat, rng):
    """Deals anew what `seat` has not seen: hidden hands and the deck. Returns whether the cards changed places."""
    game = env.env.game
    shown = game.is_over() and sum(not _folded(player) for player in game.players) > 1
    hidden = [
        player for other, player in enumerate(game.players) if other != seat and not (shown and not _folded(player))
    ]
    single = any(isinstance(player.hand, Card) for player in game.players)
    pool = [card for player in hidden for card in ([player.hand] if single else player.hand)] + game.dealer.deck
    before = list(map(str, pool))
    rng.shuffle(pool)
    changed = before != list(map(str, pool))
    for player in hidden:
        player.hand = pool.pop() if single else [pool.pop(), pool.pop()]
    game.dealer.deck = pool
    return changed


class TestEveryTable:
    @pytest.mark.parametrize(("game", "players"), TABLES)
    @pytest.mark.parametrize("seed", range(8))
    def test_what_every_view_promises(self, game, players, seed, holds_for_a_random_game):
        holds_for_a_random_game(VIEWS[game], table(game, players), seed, rarely=ENDS_EARLY[game] if seed % 2 else ())

    @pytest.mark.parametrize(("game", "players"), TABLES)
    def test_no_text_and_no_name_depends_on_what_a_seat_cannot_see(self, game, players, positions):
        env, view, rng, changes = table(game, players), VIEWS[game], random.Random(7), 0
        for seed in range(10):
            for _ in positions(env, seed, rarely=ENDS_EARLY[game]):
                for seat in range(players):
                    before = view.text(env, seat)
                    names = [view.name(env, action) for action in range(env.env.num_actions)]
                    changes += scramble(env, seat, rng)
                    assert view.text(env, seat) == before
                    assert [view.name(env, action) for action in range(env.env.num_actions)] == names
        assert changes > 50

    @pytest.mark.parametrize(("game", "players"), TABLES)
    def test_a_seat_sees_its_own_hand_and_a_showdown_all_that_are_left(self, game, players, positions):
        env, view, showdowns = table(game, players), VIEWS[game], 0
        for seed in range(20):
            for _ in positions(env, seed, rarely=ENDS_EARLY[game]):
                players_ = env.env.game.players
                hands = [
                    " ".join(c.rank + c.suit.lower() for c in p.hand) if game != "leduc" else p.hand.rank
                    for p in players_
                ]
                for seat, hand in enumerate(hands):
                    assert lines(view, env, seat)[1].endswith(f": {hand}")
            left = [seat for seat, player in enumerate(players_) if not _folded(player)]
            said = f"Showdown: {', '.join(f'seat {seat} {hands[seat]}' for seat in left)}"
            assert (said in lines(view, env, 0)) == (len(left) > 1)
            showdowns += len(left) > 1
        assert showdowns > 3

    @pytest.mark.parametrize(("game", "players"), TABLES)
    def test_pot_seats_and_end_are_the_envs(self, game, players, positions):
        env, view = table(game, players), VIEWS[game]
        for seed in range(10):
            for over in positions(env, seed, rarely=ENDS_EARLY[game]):
                text = view.text(env, 0)
                ended = "Showdown:" in text or "The hand is over:" in text
                assert ended == over == ("Result in" in text) == ("to act" not in text)
                assert f"\nPot: {sum(player.in_chips for player in env.env.game.players)}\n" in text
                for seat, player in enumerate(env.env.game.players):
                    line = next(line for line in text.splitlines() if line.startswith(f"Seat {seat}"))
                    assert f": {player.in_chips} in" in line and line.endswith("folded") == _folded(player)
                if not over:
                    assert f"Seat {env.possible_agents.index(env.agent_selection)} to act" in text

    @pytest.mark.parametrize(("game", "players"), TABLES)
    def test_a_finished_hand_reads_on_after_the_dead_steps(self, game, players, positions):
        env, view = table(game, players), VIEWS[game]
        for _ in positions(env, 3, rarely=ENDS_EARLY[game]):
            pass
        while env.agents:
            env.step(None)
        assert view.text(env, 0) and view.name(env, 0)
