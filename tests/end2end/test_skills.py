"""A skill from outside: it goes to the model with the prompt, its files can be read, and later turns send the same."""

from pathlib import Path

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.program import Program, make_repository

SKILL = "---\nname: notes\ndescription: Release notes\n---\nWrite the date first. The style is in style.md.\n"
FILES = {
    "a.txt": "one\n",
    ".claude/skills/notes/SKILL.md": SKILL,
    ".claude/skills/notes/style.md": "Short sentences.\n",
}


def prompts(request):
    return [m["content"] for m in request.body["messages"] if m["role"] == "user"]


def test_the_model_is_told_a_skill_and_the_same_again_later(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "repo", FILES)
    with OpenAIServer() as server:
        program = Program(tmp_path / "boo", base_url=server.base_url, environment={"HOME": str(tmp_path)})
        events = program.run("/notes for v2", "-C", str(folder))
        assert [e["code"] for e in events if e["type"] == "notice"] == ["skill_withheld"]
        assert prompts(server.turns[0]) == ["/notes for v2"]

        program.call("projects", "trust", str(folder))
        events = program.run("/notes for v3\n@@read .claude/skills/notes/style.md", "-C", str(folder))
        (notice,) = [e for e in events if e["type"] == "notice"]
        assert (notice["code"], notice["message"]) == ("skill", "Skill notes")
        (read,) = [e for e in events if e["type"] == "tool_finished"]
        assert (read["outcome"], read["output"].strip()) == ("success", "Short sentences.")
        (told,) = prompts(server.turns[1])
        assert told.startswith(notice["told"]) and "Write the date first." in told
        assert told.endswith("\n\n/notes for v3\n@@read .claude/skills/notes/style.md")

        session = events[0]["session_id"]
        program.run("And shorter", "--session", session)
        assert prompts(server.turns[-1]) == [told, "And shorter"]
        program.call("rewind", "--session", session, "--to-turn", "1")
        program.run("Once more", "--session", session)
        assert prompts(server.turns[-1]) == [told, "Once more"]
        assert not server.errors
