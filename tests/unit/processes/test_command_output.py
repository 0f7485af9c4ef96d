"""The bounded buffer of a command's output, and the allow-listed environment."""

from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.processes.command_environment import command_environment
from boocode_desktop.processes.output_buffer import OutputBuffer


def filled(data, limit=1000, piece=7):
    buffer = OutputBuffer(limit)
    for at in range(0, len(data), piece):
        buffer.add(data[at : at + piece])
    return buffer


@given(st.binary(max_size=300), st.integers(1, 50))
def test_little_output_is_kept_whole(data, piece):
    buffer = filled(data, piece=piece)
    assert buffer.kept() == data.decode("utf-8", "replace")
    assert buffer.shown() == buffer.kept()
    assert (buffer.total, buffer.lost) == (len(data), 0)


@given(st.integers(1200, 20_000), st.integers(1, 5000))
def test_much_output_keeps_beginning_and_end_within_bounds(size, piece):
    data = b"".join(b"%07d\n" % n for n in range(size // 8 + 1))[:size]
    buffer = filled(data, piece=piece)
    kept, shown = buffer.kept(), buffer.shown(200)
    for text, bound in ((kept, 1000), (shown, 200)):
        assert text.startswith("0000000\n0000001\n")
        assert text.encode().endswith(data[-20:])
        assert "bytes left out" in text
        assert len(text) <= bound + 60
    left_out = int(shown.partition("[… ")[2].partition(" ")[0].replace(",", ""))
    head, _, tail = shown.partition(f"\n[… {left_out:,} bytes left out …]\n")
    assert len(head) + len(tail) + left_out == size


@given(st.lists(st.sampled_from("aé漢😀"), min_size=200, max_size=400).map("".join))
def test_no_character_is_cut_in_half(text):
    buffer = filled(text.encode(), limit=300)
    assert "\ufffd" not in buffer.kept()
    assert "\ufffd" not in buffer.shown(100)


def test_one_endless_line_is_bounded():
    buffer = OutputBuffer()
    for _ in range(300):
        buffer.add(b"x" * 65_536)
    assert len(buffer.kept()) < 1024 * 1024 + 100
    assert len(buffer.shown()) < 33_000
    assert buffer.total == 300 * 65_536


def test_no_key_reaches_a_command():
    given_environment = {
        "PATH": "/bin",
        "HOME": "/home/ada",
        "LC_TIME": "C",
        "OPENAI_API_KEY": "canary",
        "BOOCODE_API_KEY": "canary",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "GITHUB_TOKEN": "canary",
        "SSH_AUTH_SOCK": "canary",
        "LD_PRELOAD": "canary",
        "GIT_DIR": "canary",
        "HTTPS_PROXY": "http://user:canary@proxy",
        "HTTP_PROXY": "http://proxy:3128",
        "PYTHONPATH": "canary",
    }
    environment = command_environment(given_environment, EXTRA="1")
    assert "canary" not in environment.values()
    assert not any("canary" in value for value in environment.values())
    assert environment["PATH"] == "/bin"
    assert environment["LC_TIME"] == "C"
    assert environment["HTTP_PROXY"] == "http://proxy:3128"
    assert environment["EXTRA"] == "1"
    assert command_environment({})["PATH"]
