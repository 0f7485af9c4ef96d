"""Where everything is, how large, and which logs may go."""

from boocode_desktop.app.data_places import clear_logs, data_places, measure
from boocode_desktop.config.paths import find_paths


def test_every_place_is_named_and_measured(tmp_path):
    paths = find_paths({"BOOCODE_HOME": str(tmp_path / "home")})
    paths.create()
    (paths.attachments / "a").write_bytes(b"x" * 10_000)
    places = {place.name: place for place in data_places(paths)}
    assert measure(places["Attachments"].path).size >= 10_000
    assert measure(tmp_path / "nowhere").size == 0
    assert all(place.about.endswith(".") for place in places.values())


def test_only_logs_that_were_rotated_away_go(tmp_path):
    for name in ("boocode.log", "boocode.log.1", "boocode.log.2", "other.txt", "boocode.log.keep"):
        (tmp_path / name).write_text("12345")
    assert clear_logs(tmp_path) == 10
    assert sorted(p.name for p in tmp_path.iterdir()) == ["boocode.log", "boocode.log.keep", "other.txt"]
    assert clear_logs(tmp_path) == 0
