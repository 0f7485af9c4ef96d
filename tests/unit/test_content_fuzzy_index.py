"""Search in many names: the best first, longer queries go on from shorter ones, nothing is lost by that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.fuzzy_index import FuzzyIndex

PATHS = (
    "src/retry.py",
    "tests/test_retry.py",
    "src/metrics/registry.py",
    "README.md",
    "docs/retries/index.md",
    "a b.py",
)


def names(index: FuzzyIndex, query: str, paths=PATHS, limit: int = 10) -> list[str]:
    return [paths[hit.index] for hit in index.find(query, limit)]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("retry", ["src/retry.py", "tests/test_retry.py"]),
        ("RETRY", ["src/retry.py", "tests/test_retry.py"]),
        ("src/re", ["src/retry.py", "src/metrics/registry.py"]),
        ("rgy", ["src/metrics/registry.py"]),
        ("dri", ["docs/retries/index.md"]),
        ("ab", ["a b.py"]),
        ("zzz", []),
        ("[", []),
    ],
)
def test_the_best_come_first(query, best):
    assert names(FuzzyIndex(PATHS), query)[: len(best) or 1] == best


def test_matched_letters_are_those_of_the_name():
    (hit, *_) = FuzzyIndex(PATHS).find("retry", 3)
    assert hit.positions == (0, 1, 2, 3, 4)
    (hit, *_) = FuzzyIndex(PATHS).find("docs/index", 3)
    assert [("index.md")[p] for p in hit.positions] == list("index")


def test_an_empty_query_shows_the_shortest_and_an_empty_index_nothing():
    assert names(FuzzyIndex(PATHS), "", limit=2) == ["a b.py", "README.md"]
    assert FuzzyIndex(()).find("x", 3) == []
    assert len(FuzzyIndex(PATHS)) == len(PATHS)


LETTERS = st.text(alphabet="abc/_A\n", max_size=6)


@given(st.lists(LETTERS, max_size=30), st.lists(st.text(alphabet="abcA/", min_size=1, max_size=4), max_size=6))
def test_a_hit_holds_the_letters_in_order_and_none_is_missed(texts, queries):
    index = FuzzyIndex(texts)
    for query in queries:
        for end in range(1, len(query) + 1):
            wanted = query[:end].lower()
            found = {hit.index for hit in index.find(query[:end], len(texts) or 1)}
            assert found == {i for i, text in enumerate(texts) if in_order(wanted, text.lower())}


def in_order(wanted: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in wanted)
