"""Keys by folder: what lies below a folder is what a look at all keys finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from praya.store.key_tree import KeyTree

KEYS = st.lists(st.sampled_from(["a", "b", "ab", ""]), min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(st.booleans(), KEYS)), KEYS)
def test_keys_below_a_folder_are_those_that_begin_with_it(
    changes: list[tuple[bool, str]], folder: str
) -> None:
    tree, keys = KeyTree(), set()
    for is_added, key in changes:
        if is_added:
            tree.add(key)
            keys.add(key)
        elif key in keys:
            tree.remove(key)
            keys.remove(key)
    assert sorted(tree.below(folder)) == sorted(key for key in keys if key.startswith(f"{folder}/"))


def test_a_key_of_many_parts_is_found() -> None:
    tree, deep = KeyTree(), "/".join(["a"] * 5_000)
    tree.add(deep)
    assert list(tree.below("a")) == [deep]


def test_nothing_is_left_of_keys_that_were_removed() -> None:
    tree = KeyTree()
    for key in ("a/b/c", "a/b", "a/d"):
        tree.add(key)
    for key in ("a/b/c", "a/d", "a/b"):
        tree.remove(key)
    assert tree._children == {}
