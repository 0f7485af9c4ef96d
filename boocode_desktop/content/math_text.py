"""TeX in answers as text that can be read: formulas become inline code, common commands their Unicode signs.

Nothing is typeset. What is no formula for certain (prices, shell variables) stays as it is.
"""

import re

_CODE = r"(?P<code>(?<!`)(?P<ticks>`++)(?:(?!(?P=ticks)).){1,2000}?(?P=ticks)(?!`))"
_BLOCK = r"\$\$(?P<block>(?:(?!\$\$)[^`]){1,2000}?)\$\$|\\\[(?P<bracket>(?:(?!\\\])[^`]){1,2000}?)\\\]"
_LINE = (
    r"\\\((?P<round>(?:(?!\\\))[^`\n]){1,500}?)\\\)"
    r"|(?<![\\$\w])\$(?P<dollar>(?!\s)[^$`\n]{1,300}?(?<![\s\\]))\$(?![\w$])"
)
_MATH = re.compile(f"{_CODE}|{_BLOCK}|{_LINE}", re.DOTALL)
_CERTAIN = re.compile(r"[\\^_={}<>]|^[A-Za-z](?:\s*[-+*/]\s*\w+)?$")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_DRESS = re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathbb|mathcal|operatorname|boldsymbol)\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SPACE = re.compile(r"\\[,;:! ]|\\q?quad\b|~")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|(\w))")
_UP = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-=()aeijknmx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₙₘₓ")
_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν "
    "xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ "
    "Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω"
)
_SIGNS = (
    "times × cdot · div ÷ pm ± mp ∓ leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ propto ∝ infty ∞ sum ∑ "
    "prod ∏ int ∫ partial ∂ nabla ∇ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ neg ¬ "
    "land ∧ lor ∨ to → rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐ iff ⇔ mapsto ↦ ldots … cdots ⋯ dots … "
    "langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ circ ∘ oplus ⊕ otimes ⊗ ell ℓ hbar ℏ prime ′ mid | "
    "log log ln ln exp exp min min max max sin sin cos cos tan tan lim lim arg arg det det gcd gcd mod mod left  right "
)


def math_as_code(markdown: str) -> str:
    """The text with its formulas as inline code, or as a fenced block where one has several lines."""
    if "$" not in markdown and "\\(" not in markdown and "\\[" not in markdown:
        return markdown
    signs = _signs()
    return _MATH.sub(lambda match: _shown(match, signs), markdown)


def readable(formula: str) -> str:
    """A formula with the signs that commands stand for."""
    return _readable(formula, _signs())


def _shown(match: re.Match[str], signs: dict[str, str]) -> str:
    whole = match.group()
    if match["code"] is not None:
        return whole
    if match["dollar"] is not None and not _CERTAIN.search(match["dollar"]):
        return whole
    inner = next(part for part in (match["block"], match["bracket"], match["round"], match["dollar"]) if part)
    lines = [_readable(line, signs) for line in inner.strip().split("\n") if line.strip()]
    if len(lines) > 1:
        body = "\n".join(lines)
        return f"\n```\n{body}\n```\n"
    return f"`{lines[0]}`" if lines else whole


def _readable(formula: str, signs: dict[str, str]) -> str:
    text = formula.strip()
    for _ in range(4):  # from the inside out
        text = _DRESS.sub(r"\1", text)
        text = _ROOT.sub(r"√(\1)", text)
        text = _FRACTION.sub(r"(\1)/(\2)", text)
    text = _SPACE.sub(" ", text)
    text = _COMMAND.sub(lambda m: signs.get(m[1], m[0]), text)
    text = _SCRIPT.sub(_script, text)
    return " ".join(text.split())


def _script(match: re.Match[str]) -> str:
    """An index or exponent in small signs where there are some for all of it."""
    inner = match[2] if match[2] is not None else match[3]
    small = inner.translate(_UP if match[1] == "^" else _DOWN)
    known = all(a != b for a, b in zip(inner, small, strict=True)) and inner
    return small if known else f"{match[1]}({inner})" if len(inner) > 1 else match[0]


def _signs() -> dict[str, str]:
    words = f"{_GREEK} {_SIGNS}".replace("left  right ", "").split(" ")
    pairs = [word for word in words if word]
    return {**dict(zip(pairs[::2], pairs[1::2], strict=True)), "left": "", "right": ""}
