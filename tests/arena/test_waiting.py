"""Asynchronous agents: their matches, their clocks, and calls that many matches share."""

import asyncio
import time

import numpy as np
import pytest

from arena import Agent, ArenaError, Batcher, Decision, Unavailable
from arena.match import Match, verify
from arena.playing import is_async, play_match, play_match_async
from arena.waiting import marked


class Patient(Agent):
    """Waits a little, then plays as `random` does."""

    async def act(self, turn):
        await asyncio.sleep(0)
        return int(self.rng.choice(np.flatnonzero(turn.legal)))


class Hasty(Agent):
    def act(self, turn):
        return int(self.rng.choice(np.flatnonzero(turn.legal)))


class Networked(Agent):
    """Asks a network that it shares with its twins for the number of the action."""

    def __init__(self, network):
        self.network = network

    async def act(self, turn):
        return Decision(await self.network(turn.legal))


class Saying(Agent):
    """Does what the function it is given says."""

    def __init__(self, function):
        self.function = function

    async def act(self, turn):
        return await self.function(turn)


def first_legal(masks):
    return [int(np.argmax(mask)) for mask in masks]


async def first_step(coroutine):
    coroutine.send(None)


async def never(turn):
    await asyncio.Event().wait()


class TestMatches:
    def test_an_asynchronous_agent_plays_as_the_same_agent_would_without(self, tictactoe):
        for seed in range(5):
            later = play_match(tictactoe, [Patient(), Hasty()], seed)
            assert later.moves == play_match(tictactoe, [Hasty(), Hasty()], seed).moves
            assert verify(later, tictactoe) == []

    def test_is_async(self):
        assert is_async(Patient())
        assert not is_async(Hasty())

    def test_many_at_once_with_twins_play_as_one_after_the_other(self, tictactoe):
        async def all_at_once():
            agent = Patient()
            matches = (play_match_async(tictactoe, [agent.twin(), agent.twin()], seed) for seed in range(20))
            return await asyncio.gather(*matches)

        records = asyncio.run(all_at_once())
        assert [record.moves for record in records] == [
            play_match(tictactoe, [Hasty(), Hasty()], seed).moves for seed in range(20)
        ]

    def test_within_a_loop_play_match_says_what_to_call(self, tictactoe):
        async def inside():
            return play_match(tictactoe, [Patient(), Patient()], 0)

        with pytest.raises(ArenaError, match="await play_match_async instead"):
            asyncio.run(inside())

    @pytest.mark.parametrize(
        ("error", "cause"),
        [
            (ZeroDivisionError("oh"), "ZeroDivisionError: oh at ply 0"),
            (asyncio.CancelledError(), "CancelledError at ply 0"),
            (TimeoutError("mine"), "TimeoutError: mine at ply 0"),
            (SystemExit(3), "SystemExit: 3 at ply 0"),
        ],
    )
    def test_whatever_it_raises_is_a_forfeit(self, tictactoe, error, cause):
        async def fail(turn):
            await asyncio.sleep(0)
            raise error

        record = play_match(tictactoe, [Saying(fail), Hasty()], 0, move_time=5)
        assert (record.ending, record.offenders, record.cause) == ("error", (0,), cause)

    def test_its_clock(self, tictactoe):
        began = time.monotonic()
        record = play_match(tictactoe, [Saying(never), Hasty()], 0, move_time=0.05)
        assert (record.ending, record.offenders, record.cause) == ("timeout", (0,), "no move within 0.05 s at ply 0")
        assert time.monotonic() - began < 5

    def test_a_match_that_is_cancelled_is_nobodys_forfeit(self, tictactoe):
        async def cancelled():
            task = asyncio.create_task(play_match_async(tictactoe, [Saying(never), Hasty()], 0))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())

    def test_a_match_thrown_away_is_nobodys_forfeit(self, tictactoe):
        class Holding:
            def __await__(self):
                yield

        async def hold(turn):
            await Holding()

        coroutine = play_match_async(tictactoe, [Saying(hold), Hasty()], 0)
        asyncio.run(first_step(coroutine))
        coroutine.close()


class TestUnavailable:
    @pytest.mark.parametrize("kind", ["act", "reset", "later"])
    def test_calls_the_match_off(self, tictactoe, kind):
        class Away(Hasty):
            def reset(self, *, seat, seed):
                super().reset(seat=seat, seed=seed)
                if kind == "reset":
                    raise Unavailable("the model is away")

            def act(self, turn):
                if kind == "act" or turn.ply > 2:
                    raise Unavailable("the model is away")
                return super().act(turn)

        record = play_match(tictactoe, [Away(), Hasty()], 0)
        assert (record.ending, record.offenders, record.winner) == ("void", (), None)
        assert (record.returns, record.ranks) == ((0.0, 0.0), (1, 1))
        assert "Unavailable: the model is away" in record.cause
        assert verify(record, tictactoe) == []

    def test_asynchronously_too(self, tictactoe):
        async def away(turn):
            await asyncio.sleep(0)
            raise Unavailable("no answer")

        record = play_match(tictactoe, [Hasty(), Saying(away)], 0)
        assert (record.ending, record.cause) == ("void", "Unavailable: no answer at ply 1")

    def test_is_no_ending_for_a_match_that_ended(self, tictactoe):
        match = Match(tictactoe, 0)
        match.call_off("two\nlines")
        assert match.over
        assert match.record.cause == "two lines"


class TestBatcher:
    def play_at_once(self, game, network, matches=40):
        async def all_at_once():
            agent = Networked(network)
            pairs = ([agent.twin(), agent.twin()] for _ in range(matches))
            return await asyncio.gather(*(play_match_async(game, pair, seed) for seed, pair in enumerate(pairs)))

        return asyncio.run(all_at_once())

    def test_one_call_serves_many_matches(self, connect_four):
        sizes = []

        def function(masks):
            sizes.append(len(masks))
            return first_legal(masks)

        records = self.play_at_once(connect_four, Batcher(function))
        assert {record.ending for record in records} == {"finished"}
        assert len({record.moves for record in records}) == 1
        assert sizes == [40] * len(records[0].moves)

    def test_at_most_so_many_in_one_call(self, tictactoe):
        sizes = []

        def function(masks):
            sizes.append(len(masks))
            return first_legal(masks)

        records = self.play_at_once(tictactoe, Batcher(function, most=16))
        assert max(sizes) == 16
        assert sum(sizes) == sum(len(record.moves) for record in records)

    def test_answers_go_to_those_who_asked(self):
        async def ask():
            double = Batcher(lambda items: [2 * item for item in items], most=7)
            return await asyncio.gather(*(double(item) for item in range(50)))

        assert asyncio.run(ask()) == [2 * item for item in range(50)]

    def test_slow_models_overlap(self):
        async def slowly(items):
            await asyncio.sleep(0.05)
            return items

        async def ask():
            batchers = [Batcher(slowly) for _ in range(20)]
            began = time.monotonic()
            await asyncio.gather(*(batcher(1) for batcher in batchers))
            return time.monotonic() - began

        assert asyncio.run(ask()) < 0.5  # one after the other: 1 s

    @pytest.mark.parametrize("asynchronous", [False, True])
    def test_an_error_reaches_everybody_who_asked_and_the_next_call_goes_on(self, asynchronous):
        def function(items):
            if "bad" in items:
                raise RuntimeError("out of memory")
            return items

        async def later(items):
            await asyncio.sleep(0)
            return function(items)

        async def ask():
            batcher = Batcher(later if asynchronous else function)
            failed = await asyncio.gather(batcher("bad"), batcher("good"), return_exceptions=True)
            return failed, await batcher("good")

        failed, answer = asyncio.run(ask())
        assert [str(error) for error in failed] == ["out of memory"] * 2
        assert answer == "good"

    def test_as_many_answers_as_items(self):
        async def ask():
            await Batcher(lambda items: [*items, 0])(1)

        with pytest.raises(ValueError, match="gave 2 answers to 1 items"):
            asyncio.run(ask())

    def test_whoever_ran_out_of_time_is_left_out(self):
        calls = []

        async def ask():
            batcher = Batcher(lambda items: calls.append(items) or items)
            impatient = asyncio.ensure_future(batcher(1))
            await asyncio.sleep(0)
            impatient.cancel()
            return await batcher(2)

        assert asyncio.run(ask()) == 2
        assert [2] in calls or calls == [[1], [2]]

    def test_it_serves_one_loop_after_the_other(self):
        batcher = Batcher(lambda items: items)
        assert [asyncio.run(batcher(item)) for item in range(3)] == [0, 1, 2]

    def test_most(self):
        with pytest.raises(ValueError, match="most must be at least 1, not 0"):
            Batcher(first_legal, most=0)


class TestMark:
    def test_is_set_while_an_agent_computes(self, tictactoe):
        marks = []
        play_match(tictactoe, [Hasty(), Hasty()], 0, mark=lambda *mark: marks.append(mark))
        assert marks[:8] == [(0, 0), (-1, 0), (1, 0), (-1, 0), (0, 0), (-1, 0), (1, 1), (-1, 1)]
        assert marks[-1][0] == -1

    def test_is_not_set_while_it_waits(self):
        now, seen = [], []

        async def move():
            seen.append(now[-1])
            await asyncio.sleep(0.01)
            seen.append(now[-1])
            return 5

        async def other():
            await asyncio.sleep(0.005)
            seen.append(now[-1])

        async def both():
            return await asyncio.gather(marked(move(), lambda *mark: now.append(mark), 1, 3), other())

        assert asyncio.run(both())[0] == 5
        assert seen == [(1, 3), (-1, 3), (1, 3)]

    def test_exceptions_go_both_ways(self):
        async def move():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise KeyError("cleaned up") from None

        async def cancel():
            async with asyncio.timeout(0.01):
                await marked(move(), lambda *_: None, 0, 0)

        with pytest.raises(KeyError, match="cleaned up"):
            asyncio.run(cancel())
