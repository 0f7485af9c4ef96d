"""Ends of children in words, and the environment they get."""

import pytest

from boocode_desktop.processes.child_specs import Exit, exit_of, our_environment


@pytest.mark.parametrize(
    ("exited", "words"),
    [
        (exit_of(0), "ended with exit code 0"),
        (exit_of(3), "ended with exit code 3"),
        (exit_of(-9), "was killed by SIGKILL"),
        (exit_of(-15, asked=True), "was stopped (SIGTERM)"),
        (exit_of(-250), "was killed by signal 250"),
        (Exit(code=None, stuck=True), "does not react to being killed"),
    ],
)
def test_an_end_is_described(exited: Exit, words: str) -> None:
    assert exited.describe() == words


def test_only_code_zero_is_ok() -> None:
    assert exit_of(0).ok
    assert not exit_of(1).ok
    assert not exit_of(-15, asked=True).ok


def test_our_keys_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOCODE_API_KEY", "secret")
    monkeypatch.setenv("LANG", "xx")
    environment = our_environment(MORE="1")
    assert "BOOCODE_API_KEY" not in environment
    assert (environment["LANG"], environment["MORE"]) == ("xx", "1")
