"""AGENTS.md of a folder: only when trusted, only so much of it, only from inside the folder."""

import hashlib
import os

from boocode_desktop.config.agent_profiles import SIZE_LIMIT, instructions, read_profile


def test_an_untrusted_folder_says_nothing(tmp_path):
    (tmp_path / "AGENTS.md").write_text("Use tabs.\n")
    assert instructions(tmp_path, trusted=False) == ""
    assert instructions(tmp_path, trusted=True) == "Use tabs."


def test_no_file_is_no_profile(tmp_path):
    assert read_profile(tmp_path) is None
    (tmp_path / "AGENTS.md").mkdir()
    assert read_profile(tmp_path) is None


def test_a_long_file_is_cut_at_a_character_and_hashed_whole(tmp_path):
    content = ("é" * SIZE_LIMIT).encode()
    (tmp_path / "AGENTS.md").write_bytes(b"x" + content)
    profile = read_profile(tmp_path)
    assert profile is not None and profile.truncated
    assert len(profile.text.encode()) <= SIZE_LIMIT and set(profile.text) == {"x", "é"}
    assert profile.digest == hashlib.sha256(b"x" + content).hexdigest()
    assert "first 32 KB" in instructions(tmp_path, trusted=True)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("key")
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "AGENTS.md").symlink_to(secret)
    assert read_profile(folder) is None


def test_a_link_inside_the_folder_is_followed(tmp_path):
    (tmp_path / "CLAUDE.md").write_text("Be brief.")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    assert instructions(tmp_path, trusted=True) == "Be brief."


def test_a_named_pipe_does_not_hold_us(tmp_path):
    os.mkfifo(tmp_path / "AGENTS.md")
    assert read_profile(tmp_path) is None


def test_a_byte_order_mark_and_bad_bytes_do_not_break_it(tmp_path):
    (tmp_path / "AGENTS.md").write_bytes(b"\xef\xbb\xbfhi \xff")
    profile = read_profile(tmp_path)
    assert profile is not None and profile.text == "hi \ufffd" and not profile.truncated
