"""Keys: where they are looked for, where they are kept, and where never unasked."""

import asyncio
import json
import stat
import threading

import pytest
from keyring.errors import NoKeyringError as RingMissingError
from keyring.errors import PasswordDeleteError

from boocode_desktop.domain.errors import UserFacingError
from boocode_desktop.llm.secrets import NoKeyringError, Secrets


class Ring:
    """A keyring in memory; `broken` raises like a computer without one."""

    def __init__(self, broken=None):
        self.kept, self.broken, self.threads = {}, broken, set()

    def get_password(self, service_name, username):
        self._look()
        return self.kept.get((service_name, username))

    def set_password(self, service_name, username, password):
        self._look()
        self.kept[service_name, username] = password

    def delete_password(self, service_name, username):
        self._look()
        if (service_name, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service_name, username]

    def _look(self):
        self.threads.add(threading.current_thread())
        if self.broken is not None:
            raise self.broken


def secrets(tmp_path, ring, **environ):
    return Secrets(tmp_path / "keys.json", environ=environ, keyring=lambda: ring)


def test_the_environment_comes_first(tmp_path):
    ring = Ring()
    ring.kept["boocode", "deepseek"] = "from the ring"
    store = secrets(tmp_path, ring, BOOCODE_API_KEY=" from outside ")
    assert asyncio.run(store.get("deepseek")) == "from outside"
    assert ring.threads == set()


def test_the_keyring_keeps_keys_and_is_never_asked_on_the_loop(tmp_path):
    async def main(store):
        await store.set("deepseek", "k1")
        assert await store.get("deepseek") == "k1"
        await store.forget("deepseek")
        await store.forget("deepseek")
        assert await store.get("deepseek") == ""

    ring = Ring()
    asyncio.run(main(secrets(tmp_path, ring)))
    assert threading.main_thread() not in ring.threads
    assert not (tmp_path / "keys.json").exists()


def test_a_key_is_found_again_by_another_process(tmp_path):
    ring = Ring()
    asyncio.run(secrets(tmp_path, ring).set("a", "k"))
    assert asyncio.run(secrets(tmp_path, ring).get("a")) == "k"


@pytest.mark.parametrize("problem", [RingMissingError("none"), OSError("no bus"), RuntimeError("locked")])
def test_without_a_keyring_nothing_is_written_unasked(tmp_path, problem):
    store = secrets(tmp_path, Ring(problem))
    with pytest.raises(NoKeyringError) as caught:
        asyncio.run(store.set("a", "secret"))
    assert "BOOCODE_API_KEY" in caught.value.hint and "secret" not in str(caught.value) + caught.value.hint
    assert list(tmp_path.iterdir()) == []
    assert asyncio.run(store.get("a")) == ""


def test_a_file_is_used_when_it_was_asked_for(tmp_path):
    ring = Ring(RingMissingError("none"))
    asyncio.run(secrets(tmp_path, ring).set("a", "secret", allow_file=True))
    asyncio.run(secrets(tmp_path, ring).set("b", "other", allow_file=True))
    file = tmp_path / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {"a": "secret", "b": "other"}
    again = secrets(tmp_path, ring)
    assert asyncio.run(again.get("a")) == "secret"
    asyncio.run(again.forget("a"))
    assert json.loads(file.read_text()) == {"b": "other"}
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_the_keyring_replaces_what_a_file_held(tmp_path):
    (tmp_path / "keys.json").write_text('{"a": "old"}')
    asyncio.run(secrets(tmp_path, Ring()).set("a", "new"))
    assert json.loads((tmp_path / "keys.json").read_text()) == {}


def test_a_damaged_file_holds_no_keys(tmp_path):
    (tmp_path / "keys.json").write_text("{")
    assert asyncio.run(secrets(tmp_path, Ring(RingMissingError("x"))).get("a")) == ""


def test_a_file_that_cannot_be_written_says_so(tmp_path):
    store = Secrets(tmp_path / "gone" / "keys.json", environ={}, keyring=lambda: Ring(RingMissingError("x")))
    with pytest.raises(UserFacingError, match="could not be stored"):
        asyncio.run(store.set("a", "k", allow_file=True))


def test_keys_are_not_shown_in_a_log(tmp_path):
    store = secrets(tmp_path, Ring())
    asyncio.run(store.set("a", "hidden-key"))
    assert "hidden-key" not in repr(store)


def test_the_systems_own_keyring_is_used_by_default(tmp_path):
    assert asyncio.run(Secrets(tmp_path / "keys.json", environ={}).get("a")) == ""
