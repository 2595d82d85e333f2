"""How Hanabi is read: a known deal, what a seat may know, and hints in words."""

import random

import pytest
from pettingzoo.classic.hanabi import hanabi

from games.hanabi_view import HanabiView

VIEW = HanabiView()
PLAYS = range(5, 10)  # where hands are of five; most lose a life, so games last longer without them
KINDS = [
    {},
    {"players": 3},
    {"players": 5, "hand_size": 4},
    {"colors": 2, "ranks": 2, "players": 2, "hand_size": 2, "max_life_tokens": 1, "max_information_tokens": 1},
    {"colors": 4, "ranks": 3, "players": 4, "hand_size": 3, "max_information_tokens": 5},
    {"colors": 3, "ranks": 4, "players": 3, "hand_size": 2, "max_life_tokens": 20},
    {"max_information_tokens": 0},
    {"observation_type": "minimal"},
    {"observation_type": "seer"},
    {"random_start_player": True},
]


def table(seed=0, **options):
    env = hanabi.raw_env(**options)
    env.reset(seed=seed)
    return env


def state_of(env):
    return env.hanabi_env.game_state


def dealt(moves="", hands=("R1 Y1 G1 W1 B1", "R2 R2 Y3 G4 B5"), draws="", **options):
    """An env where the seats hold these cards and draw those; `moves` are separated by commas."""
    env = table(**options)
    state, draws = env.hanabi_env._env.new_initial_state(), draws.split()
    env.hanabi_env.game_state = state
    for hand in hands:
        for card in hand.split():
            _deal(state, card, env._config["ranks"])
    for move in filter(None, moves.split(",")):
        action = VIEW.parse(env, move)
        assert action in state.legal_actions()  # pyspiel crashes the process on any other
        state.apply_action(action)
        if state.is_chance_node():
            _deal(state, draws.pop(0), env._config["ranks"])
    return env


def _deal(state, card, ranks):
    state.apply_action("RYGWB".index(card[0]) * ranks + int(card[1]) - 1)


def lines(env, seat):
    return VIEW.text(env, seat).splitlines()


class TestText:
    def test_the_first_turn(self):
        assert lines(dealt(), 0) == [
            "You are seat 0; all seats, 0 to 1, win or lose together",
            "Fireworks, each built up from 1 to 5: red 0, yellow 0, green 0, white 0, blue 0",
            "Score: 0 of 25 (0 once all lives are lost)",
            "Life tokens: 3 of 3 (a wrong play costs one)",
            "Information tokens: 8 of 8 (telling costs one, discarding brings one back)",
            "Cards in the deck: 40",
            "Discards: none",
            "Your hand (1 is the oldest card), as far as you know it:",
            "  1: nothing known",
            "  2: nothing known",
            "  3: nothing known",
            "  4: nothing known",
            "  5: nothing known",
            "Hand of seat 1, and what it knows:",
            "  1: red 2 (nothing known)",
            "  2: red 2 (nothing known)",
            "  3: yellow 3 (nothing known)",
            "  4: green 4 (nothing known)",
            "  5: blue 5 (nothing known)",
            "Last moves: none",
            "Seat 0 to move",
        ]

    def test_hints_as_the_hinted_seat_reads_them(self):
        env = dealt("tell seat 1 red, tell seat 0 rank 1, tell seat 1 rank 3")
        assert lines(env, 1)[7:13] == [
            "Your hand (1 is the oldest card), as far as you know it:",
            "  1: red, rank 1/2/4/5",
            "  2: red, rank 1/2/4/5",
            "  3: yellow/green/white/blue, rank 3",
            "  4: yellow/green/white/blue, rank 1/2/4/5",
            "  5: yellow/green/white/blue, rank 1/2/4/5",
        ]
        assert lines(env, 1)[13:16] == [
            "Hand of seat 0, and what it knows:",
            "  1: red 1 (rank 1)",
            "  2: yellow 1 (rank 1)",
        ]
        assert lines(env, 0)[14:17] == [
            "  1: red 2 (red, rank 1/2/4/5)",
            "  2: red 2 (red, rank 1/2/4/5)",
            "  3: yellow 3 (yellow/green/white/blue, rank 3)",
        ]
        assert lines(env, 0)[4].startswith("Information tokens: 5 of 8")
        assert lines(env, 1)[-2:] == [
            "Last moves: seat 1: tell seat 0 rank 1; seat 0: tell seat 1 rank 3",
            "Seat 1 to move",
        ]

    def test_plays_discards_and_draws(self):
        env = dealt("play 1, play 1, tell seat 1 rank 5, discard 1, play 1", draws="W5 W4 W3 W2")
        assert lines(env, 0)[1:7] == [
            "Fireworks, each built up from 1 to 5: red 2, yellow 1, green 0, white 0, blue 0",
            "Score: 3 of 25 (0 once all lives are lost)",
            "Life tokens: 3 of 3 (a wrong play costs one)",
            "Information tokens: 8 of 8 (telling costs one, discarding brings one back)",
            "Cards in the deck: 36",
            "Discards: red 2",
        ]
        assert lines(env, 0)[14:19] == [
            "  1: yellow 3 (rank 1/2/3/4)",
            "  2: green 4 (rank 1/2/3/4)",
            "  3: blue 5 (rank 5)",
            "  4: white 4 (rank 1/2/3/4)",
            "  5: white 3 (nothing known)",
        ]
        assert lines(env, 0)[-2] == "Last moves: seat 1: discard 1; seat 0: play 1"

    def test_a_drawn_card_is_the_newest(self):
        env = dealt("tell seat 1 rank 2, discard 1, play 1", draws="W5 W4")
        assert lines(env, 0)[14:19] == [
            "  1: red 2 (rank 2)",
            "  2: yellow 3 (rank 1/3/4/5)",
            "  3: green 4 (rank 1/3/4/5)",
            "  4: blue 5 (rank 1/3/4/5)",
            "  5: white 5 (nothing known)",
        ]

    def test_losing_the_last_life_loses_the_score(self):
        env = dealt("play 1, play 3, tell seat 1 red, play 3, tell seat 1 red, play 3", draws="R3 R3 R4")
        assert state_of(env).is_terminal() and state_of(env).returns() == [0, 0]
        assert "Score: 0 of 25 (0 once all lives are lost)" in lines(env, 0)
        assert lines(env, 0)[3].startswith("Life tokens: 0 of 3")
        assert lines(env, 1)[-1] == "The game is over: all lives are lost"

    def test_a_full_set_of_fireworks_wins(self):
        small = {"colors": 2, "ranks": 2, "players": 2, "hand_size": 2}
        env = dealt("play 1, play 1, play 1, play 1", ("R1 R2", "Y1 Y2"), "R1 Y1 R1", **small)
        assert state_of(env).is_terminal() and state_of(env).returns() == [4, 4]
        assert lines(env, 0)[1:3] == [
            "Fireworks, each built up from 1 to 2: red 2, yellow 2",
            "Score: 4 of 4 (0 once all lives are lost)",
        ]
        assert lines(env, 0)[-1] == "The game is over"

    def test_seats_of_a_larger_table_are_named_from_each_readers_place(self):
        env = dealt(hands=("R1 R1 R1 Y1 Y1", "G2 G2 Y2 Y2 R2", "W3 W3 Y3 Y3 R3"), players=3)
        for seat in range(3):
            text = VIEW.text(env, seat)
            assert f"You are seat {seat};" in text and f"Hand of seat {seat}" not in text
            for other in {0, 1, 2} - {seat}:
                newest = ("yellow 1", "red 2", "red 3")[other]
                hand = text.split(f"Hand of seat {other}, and what it knows:\n")[1].splitlines()[:5]
                assert hand[-1] == f"  5: {newest} (nothing known)"

    def test_seer_shows_what_that_env_shows(self):
        assert "  5: blue 1" in lines(dealt(observation_type="seer"), 0)


class TestNames:
    @pytest.mark.parametrize("options", KINDS)
    def test_every_action_has_its_own_name_and_pyspiel_means_the_same(self, options):
        env = table(**options)
        state = state_of(env)
        seat, seats, names = state.current_player(), state.num_players(), {}
        for action in range(state.num_distinct_actions()):
            names[action] = VIEW.name(env, action)
            words = names[action].split()
            said = state.action_to_string(seat, action).strip("()").split()
            if words[0] == "tell":
                assert said[:2] == ["Reveal", "player"] and (seat + int(said[2])) % seats == int(words[2])
                assert said[-1].lower() == words[-1][0]
            else:
                assert said == [words[0].capitalize(), str(int(words[1]) - 1)]
        assert len(set(names.values())) == len(names)
        assert {action: VIEW.parse(env, name) for action, name in names.items()} == {a: a for a in names}

    def test_who_is_told_follows_from_who_tells(self):
        env = table(players=3)
        names = []
        for _ in range(3):
            names.append(VIEW.name(env, 10))
            env.step(0 if 0 in env.legal_moves else env.legal_moves[0])
        assert names == ["tell seat 1 red", "tell seat 2 red", "tell seat 0 red"]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("PLAY 1", "play 1"),
            ("play card 3", "play 3"),
            ("Play slot 3.", "play 3"),
            (" discard  5 ", "discard 5"),
            ("tell seat 1 red", "tell seat 1 red"),
            ("Tell seat 1: RED", "tell seat 1 red"),
            ("tell 1 r", "tell seat 1 red"),
            ("tell +1 red", "tell seat 1 red"),
            ("tell player 2 about white cards", "tell seat 2 white"),
            ("hint seat 2 blues", "tell seat 2 blue"),
            ("tell +2 color W", "tell seat 2 white"),
            ("tell seat 1 rank 3", "tell seat 1 rank 3"),
            ("tell seat 1 3", "tell seat 1 rank 3"),
            ("tell seat 1: 3s", "tell seat 1 rank 3"),
            ("clue seat 2 number 5", "tell seat 2 rank 5"),
            ("(Reveal player +2 color B)", "tell seat 2 blue"),
            ("(Reveal player +1 rank 2)", "tell seat 1 rank 2"),
        ],
    )
    def test_actions_in_many_hands(self, text, name):
        env = table(players=3)
        assert VIEW.name(env, VIEW.parse(env, text)) == name

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "play",
            "play 0",
            "play 6",
            "play 1 2",
            "discard x",
            "tell seat 0 red",  # oneself
            "tell seat 3 red",
            "tell +3 red",
            "tell seat 1",
            "tell seat 1 pink",
            "tell seat 1 6",
            "tell 13",
            "tell red",
            "pass",
        ],
    )
    def test_what_is_no_action(self, text):
        with pytest.raises(
            ValueError,
            match="is no action here: write such as play 1, discard 2, tell seat 1 red or tell seat 1 rank 1",
        ):
            VIEW.parse(table(players=3), text)


def twins(state, seat, rng, tries=40):
    """Other deals of the same game in which `seat` observes exactly what it does here, as pyspiel's tensor says."""
    past = state.full_history()
    deals = [index for index, event in enumerate(past) if event.player < 0]
    seen = state.observation_tensor(seat)
    for _ in range(tries):
        changed, twin = rng.choice(deals), state.get_game().new_initial_state()
        for index, event in enumerate(past):
            action = rng.choice(twin.legal_actions()) if index == changed else event.action
            if action not in twin.legal_actions():
                break
            twin.apply_action(action)
        else:
            if twin.observation_tensor(seat) == seen and str(twin) != str(state):
                yield twin


class TestRandomGames:
    # PettingZoo lets seat 0 act even where pyspiel drew another seat to start, so the last kind cannot be played.
    @pytest.mark.parametrize("options", KINDS[:-1])
    @pytest.mark.parametrize("seed", range(3))
    def test_what_every_view_promises(self, options, seed, holds_for_a_random_game):
        holds_for_a_random_game(VIEW, table(**options), seed, rarely=PLAYS)

    @pytest.mark.parametrize("options", [{}, {"players": 3}, {"colors": 3, "ranks": 3, "players": 2, "hand_size": 2}])
    def test_no_text_depends_on_what_a_seat_cannot_know(self, options, positions):
        env, rng, compared = table(**options), random.Random(5), 0
        for _ in positions(env, 11, rarely=PLAYS):
            state = state_of(env)
            for seat in range(state.num_players()):
                text = VIEW.text(env, seat)
                for twin in twins(state, seat, rng):
                    env.hanabi_env.game_state = twin
                    assert VIEW.text(env, seat) == text
                    compared += 1
                env.hanabi_env.game_state = state
        assert compared > 100

    def test_a_game_that_pettingzoo_stops_early_is_over(self):
        """Shimmy counts the deals among the moves, so that careful games never reach their last round."""
        env = table()
        while not any(env.truncations.values()):
            assert VIEW.text(env, 0).endswith("to move")
            env.step(next(action for action in reversed(env.legal_moves) if action not in PLAYS))
            env.step(next(action for action in env.legal_moves if action not in PLAYS))
        assert all(env.truncations.values()) and not state_of(env).is_terminal()
        assert lines(env, 0)[-1] == "The game is over: it reached its limit of moves"
        while env.agents:
            env.step(None)
        assert lines(env, 0)[-1] == "The game is over: it reached its limit of moves"

    @pytest.mark.parametrize("options", KINDS[:6])
    def test_tokens_score_and_end_are_the_envs(self, options, positions):
        env = table(**options)
        for seed in range(5):
            for over in positions(env, seed, rarely=PLAYS if seed % 2 else ()):
                text = VIEW.text(env, 0)
                assert ("The game is over" in text) == over
                if not over:
                    assert text.endswith(f"Seat {env.possible_agents.index(env.agent_selection)} to move")
                assert f"Score: {state_of(env).returns()[0]:.0f} of" in text
                assert text.count("\n  ") == str(state_of(env)).count("||")
