"""Tiny random language models as GGUF files: half a megabyte, made in a fraction of a second, the same for a seed.

They let tests run a real llama.cpp server. What such a model says is noise, but well-behaved noise: printable text
that ends by itself, tool calls where a grammar or a high `tool_rate` asks for them, images through a projector.

The trick is one constant channel. Every token's embedding has the same value in channel 0, and no layer writes to it;
so `output.weight[:, 0]` adds a fixed amount to each token's logit, which is a prior over tokens.

`python -m tests.fakes.tiny_gguf OUT.gguf [--tools] [--thinking] [--projector MMPROJ.gguf]` writes files by hand.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gguf
import numpy as np

Array = Any
"""A numpy array; its generic type says nothing useful here."""

CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>")
TAGS = ("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
WORDS = ("the", "and", "ing", "hello", "world", "user", "assistant", "system", "name", "arguments", "tool")
COMMON = ("hello", "world", "the", "and")
CONSTANT = 4.0
EMBEDDING_NOISE = 0.3

CHAT_TEMPLATE = r"""
{%- macro turn(role, body) %}{{- '<|im_start|>' + role + '\n' + body + '<|im_end|>\n' }}{% endmacro %}
{%- set first = messages[0].content if messages[0].role == 'system' else '' %}
{%- if tools %}
    {{- '<|im_start|>system\n' + (first + '\n\n' if first else '') + '# Tools\n\nThere are these tools:\n<tools>' }}
    {%- for tool in tools %}{{- '\n' }}{{- tool | tojson }}{%- endfor %}
    {{- '\n</tools>\n\nTo call one, answer with its name and arguments as JSON within tags:\n' }}
    {{- '<tool_call>{"name": <name>, "arguments": <object>}</tool_call><|im_end|>\n' }}
{%- elif first %}{{- turn('system', first) }}
{%- endif %}
{%- for message in messages %}
    {%- set content = message.content if message.content is string else '' %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}
        {{- turn(message.role, content) }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>assistant\n' }}
        {%- if message.reasoning_content is string and message.reasoning_content %}
            {{- '<think>\n' + message.reasoning_content.strip('\n') + '\n</think>\n\n' }}
        {%- endif %}
        {{- content }}
        {%- for call in message.tool_calls or [] %}
            {%- set call = call.function if call.function else call %}
            {{- '\n' if content or not loop.first }}
            {{- '<tool_call>{"name": "' + call.name + '", "arguments": ' }}
            {{- call.arguments if call.arguments is string else call.arguments | tojson }}
            {{- '}</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\n' }}
    {%- elif message.role == 'tool' %}
        {{- turn('user', '<tool_response>\n' + content + '\n</tool_response>') }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}
    {%- elif OPENS_THINKING %}{{- '<think>\n' }}
    {%- endif %}
{%- endif %}
"""

PLAIN_TEMPLATE = (
    "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyModel:
    """What a tiny model is like.

    Attributes:
        dim: Width; a multiple of 64.
        template: `tools` knows tools and thinking, `plain` neither, `none` leaves the template out.
        opens_thinking: Whether every answer begins inside `<think>`.
        end_rate: Chance per token that the answer ends there.
        tool_rate: Chance per token that a tool call begins: 0.02 is a model that calls tools by itself.
    """

    name: str = "tiny-random"
    dim: int = 64
    layers: int = 2
    context: int = 4096
    seed: int = 0
    template: Literal["tools", "plain", "none"] = "tools"
    opens_thinking: bool = False
    end_rate: float = 1 / 80
    tool_rate: float = 1e-4
    think_end_rate: float = 1e-5


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    tokens: list[str]
    kinds: list[gguf.TokenType]
    merges: list[str]

    def ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}


def write_tiny_model(path: Path, model: TinyModel | None = None) -> Path:
    """Write a model, its folder too; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model = model or TinyModel()
    vocabulary = _vocabulary()
    writer = gguf.GGUFWriter(str(path), "llama")
    _describe(writer, model, vocabulary)
    for name, tensor in _weights(model, vocabulary):
        writer.add_tensor(name, tensor)
    return _finish(writer, path)


def write_tiny_projector(path: Path, *, dim: int = 64, seed: int = 0) -> Path:
    """Write a vision projector for models of that width; the server then takes images, 16 tokens each."""
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_name("tiny-projector")
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", True)
    sizes = {"image_size": 56, "patch_size": 14, "embedding_length": 32, "feed_forward_length": 64}
    for key, value in {**sizes, "projection_dim": dim, "block_count": 2, "attention.head_count": 2}.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for key in ("image_mean", "image_std"):
        writer.add_array(f"clip.vision.{key}", [0.5, 0.5, 0.5])
    for name, tensor in _projector_weights(dim, np.random.default_rng(seed)):
        writer.add_tensor(name, tensor)
    return _finish(writer, path)


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, model: TinyModel, vocabulary: _Vocabulary) -> None:
    heads, kv_heads = _heads(model.dim)
    ids = vocabulary.ids()
    writer.add_name(model.name)
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_size_label("0.1M")
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(model.context)
    writer.add_embedding_length(model.dim)
    writer.add_block_count(model.layers)
    writer.add_feed_forward_length(model.dim * 2)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(model.dim // heads)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(vocabulary.tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.kinds)
    writer.add_token_merges(vocabulary.merges)
    writer.add_eos_token_id(ids["<|im_end|>"])
    writer.add_bos_token_id(ids["<|endoftext|>"])
    writer.add_pad_token_id(ids["<|pad|>"])
    writer.add_add_bos_token(False)
    if model.template != "none":
        writer.add_chat_template(_template(model))


def _template(model: TinyModel) -> str:
    if model.template == "plain":
        return PLAIN_TEMPLATE
    return CHAT_TEMPLATE.strip().replace("OPENS_THINKING", "true" if model.opens_thinking else "false")


def _heads(dim: int) -> tuple[int, int]:
    """Attention heads of a model of that width, and how many of them have keys and values of their own."""
    return max(2, dim // 32), max(1, dim // 64)


def _byte_letters() -> list[str]:
    """The letter that stands for each byte in a byte-level vocabulary: itself where printable, else one from 256 on."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


def _vocabulary() -> _Vocabulary:
    """All bytes, some words with the merges that lead to them, control tokens and tags, padded to a multiple of 32."""
    letters = _byte_letters()
    tokens, merges = list(letters), []
    for word in [lead + word for word in WORDS for lead in ("", letters[32])]:
        for end in range(1, len(word)):
            merge = f"{word[:end]} {word[end]}"
            if merge not in merges:
                merges.append(merge)
                tokens.append(word[: end + 1])
    kinds = [gguf.TokenType.NORMAL] * len(tokens)
    for group, kind in ((CONTROL, gguf.TokenType.CONTROL), (TAGS, gguf.TokenType.USER_DEFINED)):
        tokens += group
        kinds += [kind] * len(group)
    spare = -len(tokens) % 32
    tokens += [f"<|unused{number}|>" for number in range(spare)]
    kinds += [gguf.TokenType.UNUSED] * spare
    return _Vocabulary(tokens, kinds, merges)


def _prior(model: TinyModel, vocabulary: _Vocabulary) -> Array:
    """A logit per token: readable text likely, strings and objects closed soon, the rates of the model met."""
    letters, ids = _byte_letters(), vocabulary.ids()
    prior = np.full(len(vocabulary.tokens), -9.0)
    for token, kind in zip(vocabulary.tokens, vocabulary.kinds, strict=True):
        if kind == gguf.TokenType.NORMAL:
            prior[ids[token]] = -6.0
    for byte in range(32, 127):
        prior[ids[letters[byte]]] = -1.5
    favoured = {**dict.fromkeys("etaoinshrdlu", 0.0), " ": 1.0, "\n": -2.5, '"': 1.2, "}": 0.5, "<": -4.0}
    for letter, value in favoured.items():
        prior[ids[letters[ord(letter)]]] = value
    for word in COMMON:
        prior[ids[word]] = prior[ids[letters[32] + word]] = 0.8
    total = np.log(np.exp(prior).sum())
    rates = {"<|im_end|>": model.end_rate, "</think>": model.think_end_rate, "<tool_call>": model.tool_rate}
    for token, rate in rates.items():
        prior[ids[token]] = total + np.log(rate)
    return prior


def _weights(model: TinyModel, vocabulary: _Vocabulary) -> Iterator[tuple[str, Array]]:
    random, dim = np.random.default_rng(model.seed), model.dim
    heads, kv_heads = _heads(dim)
    size, kv_dim, inner = len(vocabulary.tokens), dim // heads * kv_heads, dim * 2
    embedding = _noise(random, size, dim, scale=EMBEDDING_NOISE)
    embedding[:, 0] = CONSTANT
    output = _noise(random, size, dim, scale=0.05)
    normed = CONSTANT / np.sqrt((CONSTANT**2 + (dim - 1) * EMBEDDING_NOISE**2) / dim)
    output[:, 0] = _prior(model, vocabulary) / normed
    yield "token_embd.weight", embedding
    yield "output_norm.weight", _ones(dim)
    yield "output.weight", output
    for layer in range(model.layers):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", _ones(dim)
        yield block + "attn_q.weight", _noise(random, dim, dim, scale=0.1)
        yield block + "attn_k.weight", _noise(random, kv_dim, dim, scale=0.1)
        yield block + "attn_v.weight", _noise(random, kv_dim, dim, scale=0.1)
        yield block + "attn_output.weight", _keep_constant(_noise(random, dim, dim, scale=0.05))
        yield block + "ffn_norm.weight", _ones(dim)
        yield block + "ffn_gate.weight", _noise(random, inner, dim, scale=0.1)
        yield block + "ffn_up.weight", _noise(random, inner, dim, scale=0.1)
        yield block + "ffn_down.weight", _keep_constant(_noise(random, dim, inner, scale=0.05))


def _projector_weights(dim: int, random: np.random.Generator) -> Iterator[tuple[str, Array]]:
    width, inner, patches = 32, 64, 16

    def linear(name: str, rows: int, columns: int) -> Iterator[tuple[str, Array]]:
        yield f"{name}.weight", _noise(random, rows, columns, scale=0.05)
        yield f"{name}.bias", np.zeros(rows, np.float32)

    def norm(name: str) -> Iterator[tuple[str, Array]]:
        yield f"{name}.weight", _ones(width)
        yield f"{name}.bias", np.zeros(width, np.float32)

    yield "v.class_embd", _noise(random, width, scale=0.05)
    yield "v.patch_embd.weight", _noise(random, width, 3, 14, 14, scale=0.05)
    yield "v.position_embd.weight", _noise(random, patches + 1, width, scale=0.05)
    yield from norm("v.pre_ln")
    yield from norm("v.post_ln")
    for block in (f"v.blk.{number}." for number in range(2)):
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            yield from linear(block + name, width, width)
        yield from norm(block + "ln1")
        yield from norm(block + "ln2")
        yield from linear(block + "ffn_up", inner, width)
        yield from linear(block + "ffn_down", width, inner)
    yield from linear("mm.0", dim, width)
    bias = np.zeros(dim, np.float32)
    bias[0] = CONSTANT
    yield "mm.2.weight", _keep_constant(_noise(random, dim, dim, scale=0.05))
    yield "mm.2.bias", bias


def _noise(random: np.random.Generator, *shape: int, scale: float) -> Array:
    return (random.standard_normal(shape) * scale).astype(np.float32)


def _ones(size: int) -> Array:
    return np.ones(size, np.float32)


def _keep_constant(matrix: Array) -> Array:
    """A matrix that adds nothing to channel 0."""
    matrix[0] = 0
    return matrix


def main() -> None:
    """Write files by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tools", action="store_true", help="a model that calls tools by itself")
    parser.add_argument("--thinking", action="store_true", help="answers begin inside <think>")
    parser.add_argument("--projector", type=Path, help="also write a vision projector here")
    given = parser.parse_args()
    rate = 0.02 if given.tools else 1e-4
    model = TinyModel(context=given.context, seed=given.seed, tool_rate=rate, opens_thinking=given.thinking)
    print(write_tiny_model(given.path, model))
    if given.projector:
        print(write_tiny_projector(given.projector))


if __name__ == "__main__":
    main()
