"""Real agents in ordinary turns: files, commands, questions, images, and one warm process for all of it."""

import asyncio
import base64
import hashlib
import json
from io import BytesIO

from PIL import Image

from boocode_desktop.domain import events as ev
from tests.peers.stage import never, once, stage


def test_two_warm_turns_write_a_file_and_run_a_command(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            target = on.root / "new.txt"
            wrote, _ = await on.turn(peer.writing(target, "hi\n"), "@@say Written.", answer=once)
            assert target.read_text() == "hi\n"
            assert [e.outcome for e in wrote.of(ev.ToolFinished)] == ["success"]
            assert "+hi\n" in wrote.of(ev.ToolFinished)[0].details["diff"]
            assert wrote.text().strip() == "Written."
            (child,) = on.children.living()
            ran, _ = await on.turn(peer.running("echo one; ls"), "@@say Ran.", answer=once)
            (finished,) = ran.of(ev.ToolFinished)
            assert finished.outcome == "success" and "one\nnew.txt" in finished.output
            assert ran.text().strip() == "Ran."
            counts = [len(on.sent(method)) for method in ("initialize", "session/new", "session/prompt")]
            assert counts == [1, 1, 2]
            assert on.children.living() == (child,) and child.exit is None
            (opened,) = on.sent("session/new")
            assert opened["params"]["cwd"] == str(on.root)
            assert len({frame["params"]["sessionId"] for frame in on.sent("session/prompt")}) == 1

    asyncio.run(main())


def test_a_command_that_is_refused_does_not_run(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host, _ = await on.turn(peer.running("touch made.txt"), "@@say As you wish.", answer=never)
            assert len(host.asked) == 1
            assert [e.outcome for e in host.of(ev.ToolFinished)] == ["denied"]
            assert not (on.root / "made.txt").exists()
            assert ("As you wish." in host.text()) == peer.goes_on_after_no
            after, _ = await on.turn("@@say Next.")
            assert after.text().strip() == "Next."

    asyncio.run(main())


def test_a_file_that_is_refused_is_not_written(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            host, _ = await on.turn(peer.writing(on.root / "made.txt", "x"), answer=never)
            if host.asked:
                assert [e.outcome for e in host.of(ev.ToolFinished)] == ["denied"]
                assert not (on.root / "made.txt").exists()

    asyncio.run(main())


def picture() -> bytes:
    """A small image."""
    data = BytesIO()
    Image.new("RGB", (32, 32), (200, 30, 30)).save(data, "PNG")
    return data.getvalue()


def test_an_image_reaches_the_model(peer, tmp_path, record_property):
    async def main():
        data = picture()
        image = ev.ImageRef(sha256=hashlib.sha256(data).hexdigest(), media_type="image/png", name="red.png")
        async with stage(peer, tmp_path, record_property) as on:
            host, _ = await on.play(on.host(images={image.sha256: data}), "@@say It is red.", images=(image,))
            assert host.text().strip() == "It is red."
            assert not host.of(ev.Notice)
            assert base64.b64encode(data).decode() in json.dumps(on.server.turns[-1].conversation)

    asyncio.run(main())


def test_the_model_gets_the_text_of_a_file_that_is_named(peer, tmp_path, record_property):
    async def main():
        async with stage(peer, tmp_path, record_property) as on:
            (on.root / "notes.txt").write_text("the tide turns at noon\n")
            host, _ = await on.turn("look at @notes.txt", "@@say Read.")
            assert "Read." in host.text() and not host.asked
            assert "the tide turns at noon" in json.dumps(on.server.turns[-1].conversation)

    asyncio.run(main())
