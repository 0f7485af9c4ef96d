"""Model files found in a fabricated home folder, as the usual programs lay them out."""

import asyncio
import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from boocode_desktop.processes.model_candidates import family_of
from boocode_desktop.processes.model_files import ModelFile, ModelFinder, projector_beside
from boocode_desktop.processes.model_listing import MAX_DEPTH, group_parts
from boocode_desktop.processes.model_places import model_places
from tests.fakes.gguf_header import header_bytes

MODEL = header_bytes({"general.architecture": "llama", "llama.embedding_length": 64, "general.file_type": 15})
PROJECTOR = header_bytes({"general.architecture": "clip", "clip.vision.projection_dim": 64, "general.file_type": 1})
OTHER_PROJECTOR = header_bytes({"general.architecture": "clip", "clip.vision.projection_dim": 128})


def put(path: Path, content: bytes = MODEL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def find(home: Path, *chosen: Path, **environ: str) -> list[ModelFile]:
    return asyncio.run(ModelFinder(home=home, environ=environ, chosen=chosen).find())


def put_ollama(models: Path, name: str, *contents: bytes) -> None:
    kinds = ("application/vnd.ollama.image.model", "application/vnd.ollama.image.projector")
    layers = []
    for kind, content in zip(kinds, contents, strict=False):
        digest = hashlib.sha256(content).hexdigest()
        put(models / "blobs" / f"sha256-{digest}", content)
        layers.append({"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)})
    layers.append({"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:../../etc/passwd"})
    put(models / "manifests" / name, json.dumps({"layers": layers}).encode())


def put_hub(hub: Path, repository: str, name: str, content: bytes) -> Path:
    folder = hub / f"models--{repository.replace('/', '--')}"
    blob = put(folder / "blobs" / hashlib.sha256(content).hexdigest(), content)
    link = folder / "snapshots" / "abc123" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(os.path.relpath(blob, link.parent))
    return link


def test_every_usual_place_is_looked_at(tmp_path: Path) -> None:
    put(tmp_path / ".lmstudio" / "models" / "org" / "repo" / "studio-Q4_K_M.gguf", MODEL + b"1")
    put(tmp_path / ".cache" / "llama.cpp" / "org_repo_cached.gguf", MODEL + b"2")
    put_hub(tmp_path / ".cache" / "huggingface" / "hub", "org/repo", "hub.gguf", MODEL + b"3")
    put_ollama(tmp_path / ".ollama" / "models", "registry.ollama.ai/library/tiny/1b", MODEL + b"4")
    put_ollama(tmp_path / ".ollama" / "models", "hf.example/org/model/latest", MODEL + b"5", PROJECTOR)
    mine = put(tmp_path / "mine" / "deep" / "MINE.GGUF", MODEL + b"6")
    found = find(tmp_path, tmp_path / "mine")
    assert [(model.source, model.name) for model in found] == [
        ("folder", "MINE"),
        ("Hugging Face", "hub"),
        ("LM Studio", "studio-Q4_K_M"),
        ("llama.cpp", "org_repo_cached"),
        ("Ollama", "hf.example/org/model:latest"),
        ("Ollama", "tiny:1b"),
    ]
    assert found[0].path == mine
    assert all(model.problem == "" and model.architecture == "llama" for model in found)
    assert all(model.quantisation == "Q4_K_M" and model.fit == "yes" for model in found)
    assert [model.mmproj is not None for model in found] == [False, False, False, False, True, False]


def test_variables_move_the_places(tmp_path: Path) -> None:
    put(tmp_path / "a" / "llama.gguf", MODEL + b"1")
    put_hub(tmp_path / "b" / "hub", "org/repo", "hub.gguf", MODEL + b"2")
    put_ollama(tmp_path / "c", "registry.ollama.ai/someone/tiny/latest", MODEL + b"3")
    environ = {"LLAMA_CACHE": str(tmp_path / "a"), "HF_HOME": str(tmp_path / "b"), "OLLAMA_MODELS": str(tmp_path / "c")}
    assert [model.name for model in find(tmp_path / "empty", **environ)] == ["hub", "llama", "someone/tiny:latest"]
    moved = [place.folder for place in model_places(tmp_path, {"HF_HUB_CACHE": "/hub", "HF_HOME": "/home"})]
    assert Path("/hub") in moved
    assert Path("/home/hub") not in moved


def test_a_moved_lm_studio_is_followed(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio-home-pointer").write_text(f"{tmp_path / 'elsewhere'}\n")
    put(tmp_path / "elsewhere" / "models" / "org" / "repo" / "x.gguf")
    assert [model.source for model in find(tmp_path)] == ["LM Studio"]


def test_nothing_anywhere_is_no_error(tmp_path: Path) -> None:
    assert find(tmp_path / "none") == []


def test_the_same_file_is_found_once(tmp_path: Path) -> None:
    link = put_hub(tmp_path / ".cache" / "huggingface" / "hub", "org/repo", "one.gguf", MODEL)
    (tmp_path / "chosen").mkdir()
    (tmp_path / "chosen" / "linked.gguf").symlink_to(link)
    assert [model.name for model in find(tmp_path, tmp_path / "chosen", tmp_path / "chosen")] == ["linked"]


def test_parts_are_one_model(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        put(tmp_path / f"big-Q8_0-0000{number}-of-00003.gguf", MODEL + bytes(number))
    put(tmp_path / "half-00002-of-00002.gguf", MODEL)
    whole, half = sorted(find(tmp_path / "home", tmp_path), key=lambda model: model.name)
    assert (whole.name, whole.path.name) == ("big-Q8_0", "big-Q8_0-00001-of-00003.gguf")
    assert whole.size == 3 * len(MODEL) + 6
    assert whole.problem == ""
    assert half.problem == "1 of 2 parts are missing"


def test_parts_of_two_folders_stay_apart() -> None:
    files = [Path("/a/x-00001-of-00002.gguf"), Path("/b/x-00002-of-00002.gguf")]
    assert [len(listed.parts) for listed in group_parts(files, "folder")] == [1, 1]


def test_a_projector_is_joined_to_its_model_and_is_none_itself(tmp_path: Path) -> None:
    put(tmp_path / "gemma" / "gemma-4b-Q4_K_M.gguf", MODEL + b"1")
    put(tmp_path / "gemma" / "gemma-4b-Q8_0.gguf", MODEL + b"2")
    put(tmp_path / "gemma" / "mmproj-model-f32.gguf", PROJECTOR + b"3")
    wanted = put(tmp_path / "gemma" / "mmproj-model-f16.gguf", PROJECTOR)
    found = find(tmp_path / "home", tmp_path)
    assert [(model.name, model.mmproj) for model in found] == [("gemma-4b-Q4_K_M", wanted), ("gemma-4b-Q8_0", wanted)]
    assert projector_beside(found[0].path) == wanted
    assert projector_beside(wanted) is None
    assert projector_beside(tmp_path / "none" / "none.gguf") is None


def test_a_projector_of_another_width_is_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "gemma-4b-Q4_K_M.gguf")
    put(tmp_path / "mmproj-model-f16.gguf", OTHER_PROJECTOR)
    assert [model.mmproj for model in find(tmp_path / "home", tmp_path)] == [None]


def test_among_several_models_only_names_decide(tmp_path: Path) -> None:
    put(tmp_path / "org_gemma-4b-GGUF_gemma-4b-Q4_K_M.gguf", MODEL + b"1")
    put(tmp_path / "org_other-GGUF_other-Q4_K_M.gguf", MODEL + b"2")
    named = put(tmp_path / "org_gemma-4b-GGUF_mmproj-model-f16.gguf", PROJECTOR)
    put(tmp_path / "mmproj-model-f16.gguf", PROJECTOR + b"3")
    assert [model.mmproj for model in find(tmp_path / "home", tmp_path)] == [named, None]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("gemma-3-4b-it-Q4_K_M", "gemma-3-4b-it"),
        ("gemma-3-4b-it-UD-IQ2_XXS", "gemma-3-4b-it"),
        ("Model.Q4_0", "model"),
        ("gpt-oss-20b-mxfp4", "gpt-oss-20b"),
        ("mmproj-gemma-3-4b-it-F16", "gemma-3-4b-it"),
        ("mmproj-model-f16", ""),
        ("org_x-GGUF_mmproj-model-bf16", "org_x-gguf"),
        ("plain", "plain"),
    ],
)
def test_families(name: str, family: str) -> None:
    assert family_of(name) == family


def test_what_is_no_model_is_left_out_and_what_is_broken_is_said(tmp_path: Path) -> None:
    put(tmp_path / "adapter.gguf", header_bytes({"general.architecture": "llama", "general.type": "adapter"}))
    put(tmp_path / "notes.txt")
    put(tmp_path / "broken.gguf", b"<!doctype html>")
    put(tmp_path / "loading.gguf.part")
    (tmp_path / "gone.gguf").symlink_to(tmp_path / "nowhere")
    (only,) = find(tmp_path / "home", tmp_path)
    assert (only.name, only.problem, only.fit) == ("broken", "it does not begin with GGUF", "unknown")


def test_folders_are_walked_in_bounds(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    deep = tmp_path
    for number in range(MAX_DEPTH + 2):
        deep = deep / f"d{number}"
    put(deep / "too-deep.gguf")
    put(tmp_path / "here.gguf", MODEL + b"1")
    assert [model.name for model in find(tmp_path / "home", tmp_path)] == ["here"]


@pytest.mark.parametrize("manifest", [b"", b"[]", b'{"layers": 3}', b'{"layers": [4, {}]}', b"\xff\xfe"])
def test_broken_manifests_are_passed_over(tmp_path: Path, manifest: bytes) -> None:
    put(tmp_path / ".ollama" / "models" / "manifests" / "host" / "library" / "m" / "latest", manifest)
    assert find(tmp_path) == []


def test_a_manifest_cannot_point_out_of_its_blobs(tmp_path: Path) -> None:
    put(tmp_path / "secret.gguf")
    models = tmp_path / ".ollama" / "models"
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:/../../../secret.gguf"}
    put(models / "manifests" / "host" / "library" / "m" / "latest", json.dumps({"layers": [layer]}).encode())
    assert find(tmp_path) == []


def test_looking_again_notices_what_changed(tmp_path: Path) -> None:
    finder = ModelFinder(home=tmp_path / "home", environ={}, chosen=(tmp_path,))
    path = put(tmp_path / "x.gguf", b"half")
    (before,) = asyncio.run(finder.find())
    path.write_bytes(MODEL)
    (after,) = asyncio.run(finder.find())
    assert (before.problem != "", after.problem) == (True, "")


def test_many_files_are_listed_quickly(tmp_path: Path) -> None:
    for number in range(300):
        put(tmp_path / f"r{number % 20}" / f"m{number}-Q4_K_M.gguf", MODEL + bytes(number))
    finder = ModelFinder(home=tmp_path / "home", environ={}, chosen=(tmp_path,))
    assert len(asyncio.run(finder.find())) == 300
    began = time.monotonic()
    asyncio.run(finder.find())
    assert time.monotonic() - began < 5
