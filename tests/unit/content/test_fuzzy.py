"""The scorer: what matches, what comes first, and that highlighted letters are the query's."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.fuzzy import fold, match, prepare, rank

TITLES = ["New session", "Switch model", "Export session", "Switch theme", "Queue message", "Stop agent"]


def order(query: str, titles: list[str] = TITLES) -> list[str]:
    return [titles[i] for i, _ in rank(query, [prepare(t) for t in titles])]


def test_whole_words_come_before_scattered_letters():
    assert order("se")[:2] == ["New session", "Export session"]
    assert order("session")[0] == "New session"


def test_word_initials_match():
    assert order("st")[0] == "Stop agent"
    assert order("ns") == ["New session"]
    assert order("swth")[0] == "Switch theme"


def test_a_title_without_the_letters_is_left_out():
    assert order("zebra") == []
    assert match("tes", prepare("set")) is None


def test_empty_query_keeps_everything_in_order():
    assert order("") == TITLES
    assert order("   ") == TITLES


def test_limit_keeps_the_best():
    hits = rank("s", [prepare(t) for t in TITLES], limit=2)
    assert [TITLES[i] for i, _ in hits] == ["Stop agent", "Switch model"]


def test_camel_case_humps_count_as_words():
    hit = match("rc", prepare("MyRetryClient"))
    assert hit is not None
    assert hit.positions == (2, 7)


def test_blanks_in_the_query_separate_words():
    assert order("new ses")[0] == "New session"
    assert order("ex s") == ["Export session"]


def test_a_hit_inside_a_word_prefers_a_later_word_start():
    hit = match("se", prepare("rise session"))
    assert hit is not None
    assert hit.positions == (5, 6)


@given(st.text(max_size=40), st.text(max_size=8))
def test_positions_spell_the_query(title, query):
    candidate, wanted = prepare(title), fold(query.strip())
    assert len(candidate.folded) == len(candidate.starts) == len(title)
    hit = match(wanted, candidate)
    if hit is not None:
        spelled = "".join(candidate.folded[p] for p in hit.positions)
        assert spelled in (wanted, "".join(wanted.split()))
        assert list(hit.positions) == sorted(set(hit.positions))


@given(st.text(alphabet="abcd xyzA", min_size=1, max_size=20), st.data())
def test_every_subsequence_is_found(title, data):
    keep = data.draw(st.lists(st.booleans(), min_size=len(title), max_size=len(title)))
    query = "".join(c for c, k in zip(title, keep, strict=True) if k and not c.isspace())
    assert match(fold(query), prepare(title)) is not None
