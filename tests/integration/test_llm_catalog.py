"""Which models there are and which one is meant, against real servers."""

import asyncio
import socket

import pytest

from boocode_desktop.config.settings import Endpoint, Settings
from boocode_desktop.domain.errors import AdapterError, UserFacingError
from boocode_desktop.domain.model_stream import ModelInfo, ModelMessage, ModelRequest, StreamEnd, TextPiece
from boocode_desktop.llm.catalog import Catalog, EngineAddress, choose
from boocode_desktop.llm.secrets import Secrets
from tests.fakes.openai_server import OpenAIServer


class Ring:
    """A keyring in memory."""

    def __init__(self):
        self.kept = {}

    def get_password(self, service_name, username):
        return self.kept.get(username)

    def set_password(self, service_name, username, password):
        self.kept[username] = password

    def delete_password(self, service_name, username):
        self.kept.pop(username, None)


def catalog(tmp_path, settings=None, *, engine=None, environ=None):
    secrets = Secrets(tmp_path / "keys.json", environ=environ or {}, keyring=Ring)
    return Catalog(lambda: settings or Settings(), lambda: engine, secrets)


def dead_url():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


async def ask(model, text="hello"):
    pieces = [p async for p in model.stream(ModelRequest(messages=(ModelMessage(role="user", text=text),)))]
    assert isinstance(pieces[-1], StreamEnd)
    return "".join(p.text for p in pieces if isinstance(p, TextPiece))


def test_models_of_all_endpoints_and_the_engine_without_those_that_are_down(tmp_path):
    async def main(one, two):
        settings = Settings(
            endpoints=(
                Endpoint(name="one", base_url=one.url),
                Endpoint(name="down", base_url=dead_url()),
                Endpoint(name="two", base_url=two.base_url, models=("chosen",), context_size=99),
            )
        )
        engine = EngineAddress(base_url=one.url, model="tiny", context_size=512, vision=True)
        return await catalog(tmp_path, settings, engine=engine).available()

    with OpenAIServer(models=("a", "b"), context_size=4096) as one, OpenAIServer() as two:
        models = asyncio.run(main(one, two))
        assert two.requests == []
    assert [m.id for m in models] == ["local/tiny", "one/a", "one/b", "two/chosen"]
    assert [m.context_size for m in models] == [512, 4096, 4096, 99]
    assert models[0].vision and models[0].provider == "local" and "off" in models[0].efforts


def test_the_list_of_a_server_is_asked_for_once(tmp_path):
    async def main(server):
        books = catalog(tmp_path, Settings(endpoints=(Endpoint(name="one", base_url=server.url),)))
        await books.available()
        await books.available()
        before = len(server.requests)
        await books.forget_listings()
        await books.available()
        return before, len(server.requests)

    with OpenAIServer() as server:
        assert asyncio.run(main(server)) == (1, 2)


def test_deepseek_is_known_without_its_list(tmp_path):
    async def main(server):
        endpoint = Endpoint(name="deepseek", base_url=server.url, preset="deepseek")
        return await catalog(tmp_path, Settings(endpoints=(endpoint,))).available()

    with OpenAIServer(api_key="wanted") as server:
        models = asyncio.run(main(server))
    assert [m.name for m in models] == ["deepseek-v4-flash", "deepseek-v4-pro"]
    assert models[0].context_size == 1_000_000 and models[0].efforts == ("off", "low", "high", "max")


@pytest.mark.parametrize("wanted", ["", "one/b", "b", "B"])
def test_a_client_for_a_model(tmp_path, wanted):
    async def main(server):
        settings = Settings(endpoints=(Endpoint(name="one", base_url=server.url),), default_model="b")
        books = catalog(tmp_path, settings)
        client = await books.client(wanted)
        text, info = await ask(client), await client.info()
        assert await books.client(wanted) is client
        await books.close()
        return text, info

    with OpenAIServer(models=("a", "b"), context_size=4096) as server:
        text, info = asyncio.run(main(server))
        assert server.chats[0].body["model"] == "b"
    assert "hello" in text and info.id == "one/b" and info.context_size == 4096


def test_without_a_default_the_first_model_is_taken(tmp_path):
    async def main(server):
        books = catalog(tmp_path, Settings(endpoints=(Endpoint(name="one", base_url=server.url),)))
        info = await (await books.client()).info()
        await books.close()
        return info.id

    with OpenAIServer(models=("a", "b")) as server:
        assert asyncio.run(main(server)) == "one/a"


def test_a_key_is_found_and_sent(tmp_path):
    async def main(server):
        books = catalog(tmp_path, environ={"BOOCODE_API_KEY": "secret"})
        text = await ask(await books.client(base_url=server.url))
        await books.close()
        return text

    with OpenAIServer(api_key="secret") as server:
        assert "hello" in asyncio.run(main(server))


def test_an_address_that_is_no_endpoint_never_opens_the_keyring(tmp_path):
    def ring():
        raise AssertionError("the keyring was opened")

    async def main(server):
        books = Catalog(Settings, lambda: None, Secrets(tmp_path / "keys.json", environ={}, keyring=ring))
        text = await ask(await books.client(base_url=server.url))
        await books.close()
        return text

    with OpenAIServer() as server:
        assert "hello" in asyncio.run(main(server))


@pytest.mark.parametrize("model", ["", "m"])
def test_any_address(tmp_path, model):
    async def main(server):
        books = catalog(tmp_path)
        client = await books.client(model, server.url)
        text, info = await ask(client), await client.info()
        await books.close()
        return text, info

    with OpenAIServer(models=("m",), context_size=2048) as server:
        text, info = asyncio.run(main(server))
        assert server.chats[0].body["model"] == "m"
    assert "hello" in text and (info.id, info.context_size) == ("m", 2048)


def test_an_address_of_an_endpoint_uses_its_kind(tmp_path):
    async def main(server):
        settings = Settings(endpoints=(Endpoint(name="ds", base_url=server.base_url, preset="deepseek"),))
        books = catalog(tmp_path, settings)
        client = await books.client("deepseek-v4-pro", server.url)
        info = await client.info()
        await books.close()
        return info

    with OpenAIServer() as server:
        assert asyncio.run(main(server)).context_size == 1_000_000


def test_the_engine_is_asked_again_at_every_try(tmp_path):
    async def main(server):
        engines = iter([EngineAddress(base_url="", model="tiny", restarting=True)] * 3)
        current = EngineAddress(base_url=server.url, model="tiny", api_key="k")
        slept = []

        async def sleep(seconds):
            slept.append(seconds)

        books = catalog(tmp_path, engine=current)
        books.sleep = sleep
        client = await books.client("local/tiny")
        books.engine = lambda: next(engines, current)
        text = await ask(client)
        await books.close()
        return text, slept

    with OpenAIServer(api_key="k") as server:
        text, slept = asyncio.run(main(server))
        assert server.chats[0].body["cache_prompt"] is True
    assert "hello" in text and slept


def test_an_engine_that_stopped_is_told(tmp_path):
    async def main():
        books = catalog(tmp_path, engine=EngineAddress(base_url="http://127.0.0.1:1", model="tiny"))
        client = await books.client("tiny")
        books.engine = lambda: None
        await ask(client)

    with pytest.raises(AdapterError, match="not running"):
        asyncio.run(main())


def test_a_llama_server_tells_its_context(tmp_path):
    async def main(server):
        endpoint = Endpoint(name="box", base_url=server.url, preset="llama.cpp")
        books = catalog(tmp_path, Settings(endpoints=(endpoint,)))
        info = await (await books.client("box/scripted")).info()
        await books.close()
        return info

    with OpenAIServer(context_size=1234, vision=True) as server:
        info = asyncio.run(main(server))
    assert info.context_size == 1234 and info.vision


def test_a_server_that_is_loading_is_no_reason_to_fail_early(tmp_path):
    async def main(server):
        books = catalog(tmp_path, Settings(endpoints=(Endpoint(name="box", base_url=server.url),)))
        info = await (await books.client("box/m")).info()
        await books.close()
        return info

    with OpenAIServer(loading=True) as server:
        assert asyncio.run(main(server)).id == "box/m"


def test_an_endpoint_that_is_down_is_told_by_name(tmp_path):
    async def main():
        books = catalog(tmp_path, Settings(endpoints=(Endpoint(name="box", base_url=dead_url()),)))
        await (await books.client("box/m")).info()

    with pytest.raises(AdapterError, match="refused"):
        asyncio.run(main())


def test_checking_an_endpoint_before_it_is_saved(tmp_path):
    async def main(server, key):
        return await catalog(tmp_path).check(Endpoint(name="new", base_url=server.url), key)

    with OpenAIServer(models=("a",), api_key="right") as server:
        assert [m.id for m in asyncio.run(main(server, "right"))] == ["a"]
        with pytest.raises(AdapterError, match="refused the key"):
            asyncio.run(main(server, "wrong"))
        with pytest.raises(AdapterError, match="wants a key"):
            asyncio.run(main(server, ""))


def test_the_scripted_model_is_there_when_it_is_named(tmp_path):
    async def main():
        return await ask(await catalog(tmp_path).client("scripted"), "@@say ok")

    assert asyncio.run(main()) == "ok"


@pytest.mark.parametrize(
    ("wanted", "words", "hint"),
    [("", "No model is set up", "--base-url"), ("x", "'x'", "--base-url")],
)
def test_no_model_at_all(tmp_path, wanted, words, hint):
    with pytest.raises(UserFacingError) as caught:
        asyncio.run(catalog(tmp_path).client(wanted))
    assert words in caught.value.message and hint in caught.value.hint


def test_an_id_beats_a_name():
    models = [ModelInfo(id="a/x", name="b/y"), ModelInfo(id="b/y", name="y")]
    assert choose("b/y", models) is models[1]
    assert choose("y", models) is models[1]


def test_a_name_that_fits_nothing_lists_what_there_is():
    models = [ModelInfo(id=f"a/{n}", name=str(n)) for n in range(30)]
    with pytest.raises(UserFacingError) as caught:
        choose("zzz", models)
    assert "a/0" in caught.value.hint and "10 more" in caught.value.hint


def test_a_name_that_fits_several_asks_which():
    models = [ModelInfo(id="a/x", name="x"), ModelInfo(id="b/x", name="x")]
    with pytest.raises(UserFacingError, match="Several") as caught:
        choose("x", models)
    assert "a/x, b/x" in caught.value.hint
