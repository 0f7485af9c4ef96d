"""Refusals in words, and what they mean."""

import json

import pytest

from boocode_desktop.domain.context_budget import ContextOverflowError
from boocode_desktop.domain.retry import Failure, worth_retrying
from boocode_desktop.llm.model_errors import RefusedInStreamError, describe, failure_of, in_stream, said_in
from boocode_desktop.net.errors import HttpStatusError, NetError


def refusal(status, body):
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpStatusError("host answered.", failure=Failure(kind="http", status=status), body=text)


def told(error, *, keyed=True, started=False, tries=1):
    return describe(error, failure_of(error), host="host", keyed=keyed, started=started, tries=tries)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "no such\nmodel", "code": 404}}, "no such model"),
        ({"error": "plain"}, "plain"),
        ({"message": "top"}, "top"),
        ({"detail": [{"msg": "first"}]}, "first"),
        ([{"error": {"message": "listed"}}], "listed"),
        ("just text", "just text"),
        ("<html><body>Bad Gateway</body></html>", ""),
        ("", ""),
        ({"error": {}}, ""),
        ("[]", ""),
        ("3", ""),
    ],
)
def test_what_a_body_says(body, said):
    assert said_in(body if isinstance(body, str) else json.dumps(body)) == said


@pytest.mark.parametrize(
    ("status", "keyed", "words", "hint"),
    [
        (401, True, "refused the key", "Check the key"),
        (401, False, "wants a key", "BOOCODE_API_KEY"),
        (402, True, "paid", "Top up"),
        (404, True, "no such model", "/v1"),
        (429, True, "no more requests", "later"),
        (503, True, "failed with 503", "log"),
        (418, True, "refused the request with 418", ""),
    ],
)
def test_every_status_has_words(status, keyed, words, hint):
    error = told(refusal(status, {"error": {"message": "because"}}), keyed=keyed, tries=3)
    assert words in error.message and "because" in error.message and "3 times" in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("status", "body", "again"),
    [
        (500, {"error": {"message": "image input is not supported - hint: provide the mmproj"}}, False),
        (500, {"error": {"message": "Failed to parse tools"}}, False),
        (500, {"error": {"message": "out of memory"}}, True),
        (429, {"error": {"code": "insufficient_quota", "message": "You exceeded your quota"}}, False),
        (429, {"error": {"message": "slow down"}}, True),
        (503, "", True),
    ],
)
def test_the_body_may_name_a_cause_that_stays(status, body, again):
    assert worth_retrying(failure_of(refusal(status, body))) is again


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"type": "exceed_context_size_error", "message": "too long", "n_prompt_tokens": 9, "n_ctx": 5}},
        {"error": {"code": "context_length_exceeded", "message": "too long", "n_prompt_tokens": 9, "n_ctx": 5}},
        {"error": {"message": "This model's maximum context length is 5 tokens", "n_prompt_tokens": 9, "n_ctx": 5}},
        {"error": {"message": "request exceeds the available context size", "n_prompt_tokens": 9, "n_ctx": 5}},
    ],
)
def test_a_conversation_that_is_too_long_is_its_own_error(body):
    error = told(refusal(400, body))
    assert isinstance(error, ContextOverflowError)
    assert (error.prompt_tokens, error.context_size) == (9, 5) and "new chat" in error.hint


def test_too_long_without_counts():
    error = told(refusal(400, "prompt is too long"))
    assert isinstance(error, ContextOverflowError) and error.context_size == 0


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ({"error": {"code": 503, "message": "x"}}, 503),
        ({"error": {"code": "429"}}, 429),
        ({"error": {"code": "server_error"}}, 500),
        ({"error": "x"}, 500),
        ({"error": {"code": 200}}, 500),
    ],
)
def test_an_error_in_the_stream_counts_as_its_status(table, status):
    error = in_stream(RefusedInStreamError(table), "host")
    assert error.failure.status == status and json.loads(error.body) == table


def test_a_broken_answer_says_that_its_beginning_is_kept():
    error = told(NetError("host broke.", failure=Failure(kind="broken_stream")), started=True)
    assert "kept" in error.message and "Continue" in error.hint


def test_other_failures_keep_their_own_words():
    error = told(NetError("Nothing answers at host.", "Start it.", failure=Failure(kind="refused")))
    assert (error.message, error.hint) == ("Nothing answers at host.", "Start it.")
