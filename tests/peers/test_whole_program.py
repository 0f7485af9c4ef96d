"""Real agents through the command line: asked and answered over JSON lines, and killed together with the program."""

import json

from tests.fakes.aftermath import wait_until
from tests.fakes.conversation import Conversation
from tests.peers.whole_program import installation


def script(*lines: str) -> str:
    """A prompt."""
    return "\n".join(("@@begin", *lines))


def said(events) -> str:
    """The answers among events."""
    return "".join(e["delta"] for e in events if e["type"] == "text")


def test_a_conversation_over_json_lines(peer, tmp_path, record_property):
    with installation(peer, tmp_path) as on:
        talk = Conversation(on.program(), "-C", str(on.repository), "--agent", peer.spec.name)
        try:
            talk.say(type="prompt", text=script(peer.running("echo hello > said.txt; cat said.txt"), "@@say Done it."))
            asked = talk.until("permission_requested")
            chosen = next(o["id"] for o in asked["options"] if o["effect"] == "allow_once")
            talk.say(type="answer", request_id=asked["request_id"], option_id=chosen)
            assert talk.until("permission_resolved")["option_id"] == chosen
            finished = talk.until("tool_finished")
            assert finished["outcome"] == "success" and "hello" in finished["output"]
            talk.until("turn_finished", status="completed")
            talk.say(type="prompt", text=script(peer.running("echo never > not.txt")))
            asked = talk.until("permission_requested")
            refused = next(o["id"] for o in asked["options"] if o["effect"] == "deny")
            talk.say(type="answer", request_id=asked["request_id"], option_id=refused)
            assert talk.until("tool_finished")["outcome"] == "denied"
            talk.until("turn_finished")
            assert talk.end() == 0
        finally:
            talk.close()
        assert [c["path"] for c in on.program().json("changes", "list")] == ["said.txt"]
        counts = [len(on.sent(method)) for method in ("initialize", "session/new", "session/prompt")]
        assert counts == [1, 1, 2] and len({frame["pid"] for frame in on.frames()}) == 1
        record_property("peer", f"{peer} {on.version()}")


def test_a_program_that_was_killed_goes_on(peer, tmp_path, record_property):
    with installation(peer, tmp_path) as on:
        program, name = on.program(), peer.spec.name
        first = program.run(script("@@say The first answer."), "-C", str(on.repository), "--agent", name)
        assert said(first).strip() == "The first answer."
        again = ("--session", first[0]["session_id"], "--chat", first[0]["chat_id"])
        running = Conversation(program, *again)
        running.say(type="prompt", text=script("@@slow 2000 0.1"))
        running.until("text")
        assert on.processes()
        running.close()
        wait_until(lambda: not on.processes(), within_s=10)
        last = program.run(script("@@say And on."), *again)
        assert said(last).strip() == "And on."
        assert len(on.sent("initialize")) == 3 and len(on.sent("session/new")) == 1
        assert "The first answer." in json.dumps(on.server.turns[-1].conversation)
        turns = program.json("chats", "show", first[0]["chat_id"])["turns"]
        assert [t["status"] for t in turns] == ["completed", "interrupted", "completed"]
        shown = [p["text"] for t in turns for p in t["parts"] if p["kind"] == "text"]
        assert sum("The first answer." in text for text in shown) == 1 and shown[-1].strip() == "And on."
        record_property("peer", f"{peer} {on.version()}")
