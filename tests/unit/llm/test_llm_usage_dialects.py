"""Token counts in every dialect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.usage import Usage
from boocode_desktop.llm.usage_dialects import Timings, read_timings, read_usage

OPENAI = {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107}


@pytest.mark.parametrize(
    ("chunk", "usage"),
    [
        ({"usage": OPENAI}, Usage(input=100, output=7)),
        (
            {"usage": OPENAI | {"prompt_tokens_details": {"cached_tokens": 64}}},
            Usage(input=100, output=7, cached=64),
        ),
        (
            {"usage": OPENAI | {"completion_tokens_details": {"reasoning_tokens": 5}, "prompt_tokens_details": None}},
            Usage(input=100, output=7, reasoning=5),
        ),
        (
            {"usage": OPENAI | {"prompt_cache_hit_tokens": 90, "prompt_cache_miss_tokens": 10}},
            Usage(input=100, output=7, cached=90),
        ),
        (
            {"usage": {"prompt_cache_hit_tokens": 90, "prompt_cache_miss_tokens": 10, "completion_tokens": 1}},
            Usage(input=100, output=1, cached=90),
        ),
        (
            {"usage": {"input_tokens": 9, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 3}}},
            Usage(input=9, output=2, cached=3),
        ),
        ({"usage": OPENAI | {"cached_tokens": 8, "cost": 0.25}}, Usage(input=100, output=7, cached=8, cost=0.25)),
        ({"choices": [{"usage": OPENAI}]}, Usage(input=100, output=7)),
        ({"x_groq": {"usage": OPENAI}}, Usage(input=100, output=7)),
        ({"timings": {"cache_n": 328, "prompt_n": 15, "predicted_n": 4}}, Usage(input=343, output=4, cached=328)),
        ({"usage": None, "choices": []}, None),
        ({}, None),
        ({"usage": {"prompt_tokens": None, "completion_tokens": "x"}}, Usage()),
    ],
)
def test_usage(chunk, usage):
    assert read_usage(chunk) == usage


def test_timings():
    assert read_timings({"timings": {"prompt_ms": 12.5, "predicted_ms": 100}}) == Timings(
        prompt_ms=12.5, decode_ms=100.0
    )
    assert read_timings({"timings": {"prompt_ms": -1}}) == Timings()
    assert read_timings({"timings": None}) is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from(["usage", "choices", "timings", "x_groq", "prompt_tokens", "prompt_tokens_details", "cost"])


@given(st.dictionaries(_keys, _json | st.dictionaries(_keys, _json, max_size=3), max_size=4))
def test_any_chunk_is_survived(chunk):
    usage = read_usage(chunk)
    assert usage is None or usage.input >= 0
    read_timings(chunk)
