"""LaTeX and HTML become plain characters, once, and what is neither stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.read.markup import decode


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        (r"Schr\"odinger", "Schrödinger"),
        (r"Schr{\"o}dinger", "Schrödinger"),
        (r"{\'E}variste Galois", "Évariste Galois"),
        (r"\c{C}a\u{g}r{\i}", "Çağrı"),
        (r"\v{S}i\v{s}ka, {\L}ukasz, \O{}stergaard", "Šiška, Łukasz, Østergaard"),
        (r"50\% more \& less \_x \#1 \$5", "50% more & less _x #1 $5"),
        (r"\emph{deep \textbf{nets}} and {\bf bold}", "deep nets and bold"),
        (r"Figure~3 has ~5 parts \cite{lora}", "Figure 3 has ~5 parts"),
    ],
)
def test_decode_knows_latex_accents_escapes_and_fonts(printed: str, plain: str) -> None:
    assert decode(printed) == plain


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        (r"$O(n^2)$ steps in $\mathbb{R}^d$", "O(n^2) steps in R^d"),
        (r"$\alpha$-divergence, $\ell_2$, $k$-means", "α-divergence, ℓ_2, k-means"),
        (r"$\frac{1}{2}$ of $3.4\%$, $\leq 5$, $10^{-3}$", "1/2 of 3.4%, ≤ 5, 10^{-3}"),
        (r"$n\log n$ and $ O(n) $", "n log n and O(n)"),
    ],
)
def test_decode_keeps_formulas_readable(printed: str, plain: str) -> None:
    assert decode(printed) == plain


@pytest.mark.parametrize(
    "price",
    ["A cost of $5 and $10", "$5-$10 a day", "$1M to $2M", "for $5, $10, and $20", "$5 (USD) to $10", "only $3"],
)
def test_decode_leaves_prices_alone(price: str) -> None:
    assert decode(price) == price


def test_decode_tells_a_price_from_a_formula_beside_it() -> None:
    assert decode(r"pay \$5 for $x$ apples") == "pay $5 for x apples"


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("<p>We <i>show</i></p><p>that H<sub>2</sub>O</p>", "We show that H2O"),
        ('a <a href="https://example.org">link</a>,<br />a break', "a link, a break"),
        ("<jats:p>We <jats:italic>show</jats:italic></jats:p>", "We show"),
        ("&lt;p&gt;Crossref hides its tags&lt;/p&gt;", "Crossref hides its tags"),
        ("R&amp;D at AT&T &#233;t&eacute; &#x2264;", "R&D at AT&T été ≤"),
        ("x &lt; y", "x < y"),
    ],
)
def test_decode_knows_html(printed: str, plain: str) -> None:
    assert decode(printed) == plain


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "the token <UNK> and <mask>",
        "if a<b and c>d then stop",
        "x < y and p > q",
        "AT&T &copy without its semicolon",
        r"C:\new\table",
        "an unclosed $ sign, a { and a }",
    ],
)
def test_decode_leaves_what_is_no_markup(text: str) -> None:
    assert decode(text) == text


def test_decode_never_decodes_twice() -> None:
    assert decode("&amp;lt;b&amp;gt;") == "&lt;b&gt;"
    assert decode("&amp;amp;") == "&amp;"
    assert decode("&lt;script&gt;") == "<script>"


def test_decode_gives_one_line_that_every_format_can_hold() -> None:
    assert decode("a\r\nb\t\x00c\ud800 &#27;d") == "a b c\ufffd d"


@pytest.mark.parametrize(
    "part", ["\\cite[", "<a ", "\\textbf{", "$", "$x ", "{", "\\", "&lt;p&gt;", "<p x=", "\\$", "$\\", "&amp;", "\\'"]
)
def test_decode_reads_hostile_text_to_its_end(part: str) -> None:
    decoded = decode(part * (100_000 // len(part)))
    assert decoded == decoded.strip()


@given(st.text(st.characters(codec=None), max_size=80) | st.text(r"\{}$&<>;~ab%'", max_size=80))
def test_decode_takes_any_text(text: str) -> None:
    assert "\n" not in decode(text)
