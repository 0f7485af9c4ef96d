"""Secrets leave text and JSON; ordinary code stays readable; nothing makes it slow."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain.redaction import REDACTED, names_secret, redact_json, redact_text

CANARY = "c4naryV4lue9Zq8Xw7"

SECRETS = [
    "sk-" + CANARY,
    "sk-ant-api03-" + CANARY,
    "ghp_" + CANARY,
    "github_pat_" + CANARY,
    "glpat-" + CANARY,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ASIA" + "ABCDEFGHIJKLMNOP",
    "AIza" + CANARY * 2,
    "ya29." + CANARY,
    "xoxb-" + CANARY,
    "https://hooks.slack.com/services/" + CANARY,
    "hf_" + CANARY * 2,
    "npm_" + CANARY * 2,
    "pypi-" + CANARY * 2,
    "sk_live_" + CANARY,
    "rk_test_" + CANARY,
    "whsec_" + CANARY,
    f"SG.{CANARY}.{CANARY}",
    f"eyJ{CANARY}.eyJ{CANARY}.{CANARY}",
    "gsk_" + CANARY * 2,
    f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n-----END OPENSSH PRIVATE KEY-----",
    f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}",
    f"postgres://ada:{CANARY}@db.example/x",
    f"https://ada:{CANARY}@with@at@example.org/",
    f"Authorization: Bearer {CANARY}",
    f"authorization: Basic {CANARY}",
    f"curl -H 'Authorization: token {CANARY}' https://x",
    f"-H 'X-Api-Key: {CANARY}'",
    f"Set-Cookie: id={CANARY}; Path=/",
    f"bearer {CANARY}",
    f"password={CANARY}",
    f"PASSWORD: {CANARY}",
    f'"apiKey": "{CANARY}"',
    f"'client_secret' : '{CANARY}'",
    '{\\"token\\": \\"' + CANARY + '\\"}',
    f"OPENAI_API_KEY={CANARY}",
    f"export TOKEN_GITHUB='{CANARY}'",
    f"AccountKey={CANARY};EndpointSuffix=x",
    f"https://x.example/?access_token={CANARY}&a=1",
    f"X-Amz-Signature={CANARY}",
    f'password: "it\\"s {CANARY}"',
    f"tool --password {CANARY}",
    f"tool --db-token='{CANARY}'",
    f"<password>{CANARY}</password>",
    f'os.environ["API_KEY"] = "{CANARY}"',
]

HARMLESS = [
    "token = get_token()",
    "max_tokens: 4096",
    "tokenizer: gpt2-large",
    "token_count=123456",
    "PWD=/home/ada/project",
    "password = os.environ['X']",
    "def login(password: str, token: Token) -> None:",
    "connect(password=password, token=self.token)",
    "secret_name: projects/x",
    "password=$PASSWORD",
    "password=${PASSWORD}",
    "api_key: <your key>",
    '"password": ""',
    '"token": null',
    "the token is fine, the secret too",
    "a client-secret field, see --token-file path",
    "task-force-of-something-very-long",
    "https://example.org:8080/path@2x",
    "ghp_short",
    "risk-assessment",
    "author: Ada Lovelace",
]


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("around", ["{}", "before {} after", "a\n{}\nb", "x: y, {}, z"])
def test_secrets_go(text, around):
    redacted = redact_text(around.format(text))
    assert REDACTED in redacted
    assert CANARY not in redacted
    assert "ABCDEFGHIJKLMNOP" not in redacted


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_stays(text):
    assert redact_text(text) == text


@pytest.mark.parametrize("text", SECRETS)
def test_redacting_twice_changes_nothing_more(text):
    once = redact_text(f"see {text} here")
    assert redact_text(once) == once


@given(st.text())
def test_any_text_is_survived_and_stable(text):
    once = redact_text(text)
    assert redact_text(once) == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_positions_hold_among_letters_that_grow_when_lowered(before, after):
    text = f"\u0130\u0130 {before}\npassword={CANARY}\n{after}"
    assert CANARY not in redact_text(text)


def test_json_is_searched_by_key_by_pair_and_by_flag():
    value = {
        "headers": {"Authorization": CANARY, "accept": "x"},
        "credentials": {"deep": [CANARY, 7, None, True]},
        "env": [{"name": "DEEPSEEK_API_KEY", "value": CANARY}, {"name": "LANG", "value": "C"}],
        "argv": ["tool", "--password", CANARY, "--verbose", "x"],
        "text": f"password={CANARY}",
        "max_tokens": 4096,
        "token": 12345678,
    }
    redacted = redact_json(value)
    assert CANARY not in json.dumps(redacted)
    assert redacted["headers"]["accept"] == "x"
    assert redacted["credentials"]["deep"] == [REDACTED, REDACTED, None, True]
    assert redacted["env"][1] == {"name": "LANG", "value": "C"}
    assert redacted["argv"] == ["tool", "--password", REDACTED, "--verbose", "x"]
    assert redacted["max_tokens"] == 4096
    assert redacted["token"] == REDACTED


def test_json_keeps_its_shape_and_the_input_is_untouched():
    value = {"a": [1, 2.5, "x", None, {"password": "hunter2"}], "b": ("t",)}
    redacted = redact_json(value)
    assert redacted == {"a": [1, 2.5, "x", None, {"password": REDACTED}], "b": ["t"]}
    assert value["a"][4] == {"password": "hunter2"}


def test_endless_nesting_ends():
    value = "x"
    for _ in range(5000):
        value = [value]
    assert REDACTED in json.dumps(redact_json(value))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("apiKey", True), ("API_KEY", True), ("x-api-key", True), ("db.password", True), ("accessToken", True),
     ("tokens", False), ("max_tokens", False), ("author", False), ("path", False), ("keyboard", False)],
)  # fmt: skip
def test_names(name, expected):
    assert names_secret(name) is expected


@pytest.mark.parametrize(
    "unit",
    ["a", "token ", "token=", "token_", "://a", "eyJaaaaaaaaa.", 'token="', "-----BEGIN PRIVATE KEY-----", "--token-",
     "password\\", "x-", "://u:p", "pwd=/", "token=a(", "token='pwd=/"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(unit):
    redact_text((unit * 500_000)[:500_000])
