"""The settings file: round trips, comments, broken files, the table of the settings page."""

import dataclasses
import stat
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.config.settings import Endpoint, EngineOptions, Settings, fields_table, settings_table
from boocode_desktop.config.settings_file import SettingsFile, load_settings, save_settings
from boocode_desktop.domain.errors import UserFacingError

FULL = Settings(
    step_limit=40,
    after_write=("ruff", "check"),
    theme="dark",
    reduced_motion=True,
    model_folders=("~/models", "/srv/gguf"),
    engine=EngineOptions(context=8192, gpu_layers=0),
    endpoints=(
        Endpoint(name="deepseek", base_url="https://api.deepseek.com", preset="deepseek", effort="high"),
        Endpoint(name="box", base_url="http://127.0.0.1:9931/v1", models=("a", "b"), context_size=4096),
    ),
)


def test_absent_file_gives_defaults(tmp_path):
    loaded = load_settings(tmp_path / "settings.toml")
    assert loaded.settings == Settings()
    assert loaded.problems == () and not loaded.broken


def test_saved_settings_come_back(tmp_path):
    path = tmp_path / "deep" / "settings.toml"
    save_settings(path, FULL)
    assert load_settings(path).settings == FULL
    assert load_settings(path).problems == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_defaults_are_not_written(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, Settings())
    assert path.read_text() == ""


def test_comments_order_and_unknown_keys_stay(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('# mine\ntheme = "dark" # at night\nfuture = 1\n\n[engine]\n# small\ncontext = 4096\n')
    settings = dataclasses.replace(load_settings(path).settings, theme="light", step_limit=7, default_model="x")
    save_settings(path, settings)
    text = path.read_text()
    for kept in ("# mine", "# at night", "future = 1", "# small", "context = 4096", 'theme = "light"'):
        assert kept in text
    assert load_settings(path).settings == settings


def test_endpoints_keep_their_comments_while_others_come_and_go(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(
        '[[endpoints]]\nname = "old"\n\n[[endpoints]]\n# at work\nname = "work"\nbase_url = "http://w" # slow\n'
        "future = 1\n\n[engine]\ncontext = 4096\n"
    )
    settings = load_settings(path).settings
    work = dataclasses.replace(settings.endpoint("work"), preset="llama.cpp")
    wanted = dataclasses.replace(settings, endpoints=(work, Endpoint(name="new", models=("m",))))
    save_settings(path, wanted)
    text = path.read_text()
    assert load_settings(path).settings == wanted
    assert all(kept in text for kept in ("# at work", "# slow", "future = 1")) and "old" not in text
    save_settings(path, dataclasses.replace(wanted, endpoints=()))
    assert "endpoints" not in path.read_text() and load_settings(path).settings.engine.context == 4096


def test_saving_what_was_read_changes_no_byte(tmp_path):
    path = tmp_path / "settings.toml"
    text = (
        '# top\ntheme = "dark"\n\n[[endpoints]]\nname = "a"   # one\n\n# two\n[[endpoints]]\n# at work\nname = "b"\n'
        'models = [ "x",\n "y" ]\n\n\n[engine]\ncontext = 4096\n\n[future]\nx=1\n'
    )
    path.write_text(text)
    save_settings(path, load_settings(path).settings)
    assert path.read_text() == text


def test_a_value_set_back_to_none_leaves_the_file(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(path, Settings(step_limit=3, theme="dark"))
    save_settings(path, Settings(theme="system"))
    assert "step_limit" not in path.read_text()
    assert load_settings(path).settings == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('theme = "blue"', "theme"),
        ("step_limit = 0", "step_limit"),
        ('step_limit = "ten"', "step_limit"),
        ("reduced_motion = 1", "reduced_motion"),
        ("engine = 3", "engine"),
        ("[engine]\nthreads = true", "engine.threads"),
        ('[[endpoints]]\nname = "a"\npreset = "other"', "endpoints[0].preset"),
        ("model_folders = [1]", "model_folders[0]"),
        ('tehme = "dark"', "tehme"),
        ("after_write = 3", "after_write"),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_holds(tmp_path, text, named):
    path = tmp_path / "settings.toml"
    path.write_text(f'default_model = "kept"\n{text}\n')
    loaded = load_settings(path)
    assert loaded.settings.default_model == "kept"
    assert len(loaded.problems) == 1 and named.split("[")[0] in loaded.problems[0]
    assert not loaded.broken


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe", b"[[[", b"a = 1\na = 2\n"])
def test_a_broken_file_is_told_and_kept(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    file = SettingsFile(path)
    assert file.value == Settings()
    assert str(path) in file.problems[0]
    assert path.read_bytes() == content
    file.update(theme="light")
    assert (tmp_path / "settings.broken.toml").read_bytes() == content
    assert load_settings(path).settings.theme == "light"
    assert file.problems == ()


def test_every_broken_file_is_kept_under_its_own_name(tmp_path):
    path = tmp_path / "settings.toml"
    for number in range(3):
        path.write_text(f"broken {number}")
        save_settings(path, Settings())
    kept = sorted(p.read_text() for p in tmp_path.glob("settings.broken*.toml"))
    assert kept == ["broken 0", "broken 1", "broken 2"]


def test_update_keeps_what_another_process_wrote(tmp_path):
    path = tmp_path / "settings.toml"
    ours, theirs = SettingsFile(path), SettingsFile(path)
    theirs.update(theme="dark")
    assert ours.update(step_limit=5) == Settings(theme="dark", step_limit=5)
    assert theirs.reload().step_limit == 5


def test_a_linked_file_stays_a_link(tmp_path):
    real = tmp_path / "dotfiles.toml"
    real.write_text("# linked\n")
    path = tmp_path / "settings.toml"
    path.symlink_to(real)
    save_settings(path, Settings(theme="dark"))
    assert path.is_symlink() and 'theme = "dark"' in real.read_text()


def test_agents_of_an_old_file_stay_in_it_and_the_way_to_add_them_is_said(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('theme = "dark"\n\n[[agents]]\nname = "mine"\ncommand = ["goose", "acp"]\n')
    loaded = load_settings(path)
    assert loaded.settings == Settings(theme="dark")
    (problem,) = loaded.problems
    assert "boocode agents add" in problem
    save_settings(path, dataclasses.replace(loaded.settings, theme="light"))
    assert 'command = ["goose", "acp"]' in path.read_text() and 'theme = "light"' in path.read_text()


def test_a_refused_write_keeps_the_old_file_and_says_so(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(UserFacingError, match="could not be saved"):
        save_settings(blocker / "settings.toml", Settings(theme="dark"))


def test_the_table_covers_every_plain_field():
    keys = {spec.key for spec in settings_table()}
    plain = {f.name for f in dataclasses.fields(Settings)} - {"engine", "endpoints", "shortcuts"}
    assert keys == plain | {f"engine.{f.name}" for f in dataclasses.fields(EngineOptions)}
    assert all(spec.label and spec.help and spec.group for spec in settings_table())


def test_the_table_knows_kinds_choices_and_limits():
    table = {spec.key: spec for spec in settings_table()}
    assert table["theme"].kind == "choice" and table["theme"].choices == ("system", "dark", "light")
    assert table["reduced_motion"].kind == "switch"
    assert table["step_limit"].optional and table["step_limit"].minimum == 1
    assert table["model_folders"].kind == "list"
    assert table["engine.threads"].maximum == 1024
    assert {s.key: s.kind for s in fields_table(Endpoint)}["preset"] == "choice"


def test_folders_expand_the_home(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    assert Settings(model_folders=("~/m",)).model_folder_paths == (Path("/somewhere/m"),)


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_endpoints = st.builds(
    Endpoint,
    name=_text,
    base_url=_text,
    preset=st.sampled_from(["generic", "deepseek"]),
    models=st.lists(_text, max_size=3).map(tuple),
    context_size=st.integers(0, 10**6),
)
_settings = st.builds(
    Settings,
    default_agent=_text,
    default_model=_text,
    step_limit=st.none() | st.integers(1, 99),
    after_write=st.none() | st.just("auto") | st.lists(_text, min_size=1, max_size=3).map(tuple),
    theme=st.sampled_from(typing.get_args(typing.get_type_hints(Settings)["theme"])),
    reduced_motion=st.booleans(),
    model_folders=st.lists(_text, max_size=3).map(tuple),
    engine=st.builds(EngineOptions, context=st.integers(0, 10**6), gpu_layers=st.none() | st.integers(-1, 99)),
    endpoints=st.lists(_endpoints, max_size=3).map(tuple),
)


@given(first=_settings, second=_settings)
def test_any_settings_survive_any_earlier_file(tmp_path_factory, first, second):
    path = tmp_path_factory.mktemp("s") / "settings.toml"
    save_settings(path, first)
    assert load_settings(path).settings == first
    save_settings(path, second)
    assert load_settings(path) == dataclasses.replace(load_settings(path), settings=second, problems=())
