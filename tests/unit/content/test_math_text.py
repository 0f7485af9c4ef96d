"""TeX in answers becomes text that can be read, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.content.math_text import math_as_code, readable


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (r"so $a_1 * b_2 * c$ holds", "so `a₁ * b₂ * c` holds"),
        (r"\(x^2 + y^2\)", "`x² + y²`"),
        (r"$$E = mc^2$$", "`E = mc²`"),
        (r"\[ \frac{a}{b} \leq \sqrt{c} \]", "`(a)/(b) ≤ √(c)`"),
        ("$$\na = b\nb = c\n$$", "\n```\na = b\nb = c\n```\n"),
        (r"$\mathcal{O}(n \log n)$", "`O(n log n)`"),
        ("$x$ and $n + 1$", "`x` and `n + 1`"),
        ("costs $5 and $10 more", "costs $5 and $10 more"),
        ("`echo $a_b $c_d` stays", "`echo $a_b $c_d` stays"),
        ("set $HOME and $PATH", "set $HOME and $PATH"),
        ("a $ b_1 $ c", "a $ b_1 $ c"),
        ("plain", "plain"),
        ("``a ` $x_1$``", "``a ` $x_1$``"),
    ],
)
def test_formulas_become_code_and_prices_stay(markdown, shown):
    assert math_as_code(markdown) == shown


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\alpha \times \beta", "α × β"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"p_{out}", "p_(out)"),
        (r"\left( \frac{1}{\sqrt{2}} \right)", "( (1)/(√(2)) )"),
        (r"\unknown{x}", r"\unknown{x}"),
    ],
)
def test_commands_become_signs(formula, text):
    assert readable(formula) == text


@given(st.text(alphabet="a$\\([])_^{}` \n1", max_size=60))
def test_any_text_goes_through(text):
    assert isinstance(math_as_code(text), str)


def test_a_long_text_of_dollars_stays_as_it_is():
    assert math_as_code("$a " * 20_000).startswith("$a")
