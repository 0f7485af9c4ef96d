"""What servers tell about their models, and addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.llm.model_listing import ListedModel, normalized, read_models


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ({"id": "a"}, ListedModel(id="a")),
        ({"id": "a", "owned_by": "llamacpp"}, ListedModel(id="a", owned_by="llamacpp")),
        ({"id": "a", "meta": {"n_ctx": 4096, "n_ctx_train": 9999}}, ListedModel(id="a", context_size=4096)),
        ({"id": "a", "max_model_len": 8192}, ListedModel(id="a", context_size=8192)),
        ({"id": "a", "context_length": 131072}, ListedModel(id="a", context_size=131072)),
        ({"id": "a", "context_length": None, "context_window": 5}, ListedModel(id="a", context_size=5)),
        ({"id": "a", "architecture": {"input_modalities": ["text", "image"]}}, ListedModel(id="a", vision=True)),
        ({"id": "a", "architecture": {"input_modalities": ["text"]}}, ListedModel(id="a", vision=False)),
        ({"id": "a", "capabilities": ["completion", "multimodal"]}, ListedModel(id="a", vision=True)),
        ({"id": "a", "capabilities": {"vision": False}}, ListedModel(id="a", vision=False)),
        ({"name": "b"}, ListedModel(id="b")),
    ],
)
def test_rows(row, model):
    assert read_models({"data": [row]}) == (model,)


@pytest.mark.parametrize("value", [None, {}, [], {"data": None}, {"data": [None, 3, {}]}, "x", {"models": "x"}])
def test_what_is_no_list(value):
    assert read_models(value) == ()


def test_a_bare_list_and_another_name():
    assert read_models([{"id": "a"}]) == read_models({"models": [{"name": "a"}]}) == (ListedModel(id="a"),)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("localhost:8080/v1", "http://localhost:8080/v1"),
        (" https://api.deepseek.com ", "https://api.deepseek.com/v1"),
        ("https://x.org/api/v3/chat/completions", "https://x.org/api/v3"),
        ("", ""),
        ("http://[::1", "http://[::1/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
    ],
)
def test_addresses(typed, address):
    assert normalized(typed) == address == normalized(address)


_keys = st.sampled_from(["data", "id", "name", "meta", "capabilities", "architecture", "n_ctx"])
_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=9,
)


@given(_json)
def test_any_listing_is_survived(value):
    assert all(m.id for m in read_models(value))
