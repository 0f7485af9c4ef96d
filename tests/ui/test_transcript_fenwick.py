"""The tree of heights against plain sums."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.ui.transcript.fenwick import Fenwick

VALUES = st.lists(st.integers(0, 50), max_size=40)
CHANGE = st.tuples(st.sampled_from(["set", "append", "prepend"]), st.integers(0, 100), st.integers(0, 50))


@given(values=VALUES, changes=st.lists(CHANGE, max_size=20), height=st.integers(-5, 3000))
def test_it_agrees_with_a_plain_list_whatever_happens_to_it(values, changes, height):
    tree, plain = Fenwick(values), list(values)
    for what, where, value in changes:
        if what == "append":
            tree.append(value)
            plain.append(value)
        elif what == "prepend":
            tree.prepend([value, value + 1])
            plain[:0] = [value, value + 1]
        elif plain:
            tree.set(where % len(plain), value)
            plain[where % len(plain)] = value
    assert [tree[i] for i in range(len(tree))] == plain
    assert [tree.prefix(i) for i in range(len(plain) + 1)] == list(itertools.accumulate(plain, initial=0))
    assert tree.total == sum(plain)
    index, rest = tree.find(height)
    if not plain or height < 0:
        assert (index, rest) == (0, 0)
    elif height >= sum(plain):
        assert (index, rest) == (len(plain) - 1, plain[-1])
    else:
        assert tree.prefix(index) + rest == height
        assert 0 <= rest < plain[index]
