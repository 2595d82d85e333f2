"""The distribution is installed and found."""

from arena.registry import registry


def test_the_arena_finds_it_by_its_entry_point():
    info = registry().plugins.infos["small-games"]
    assert (info.state, info.source) == ("loaded", "entry point")
    assert registry().agent("nim-perfect").plugin is registry().game("nim").plugin is info
