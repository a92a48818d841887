"""Terms that are written are read back as they were, by a strict parser."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.rdf import terms

#: Anything that a store can hold: lone surrogates cannot be UTF-8 and are cleaned when papers are read.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def read(term: str, syntax: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.N_TRIPLES) -> str:
    [quad] = pyoxigraph.parse(f"<http://a> <http://b> {term} .".encode(), format=syntax)
    return str(quad.object.value)


@given(TEXT)
def test_any_text_comes_back_from_a_literal(value: str) -> None:
    for syntax in (pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.RdfFormat.TURTLE):
        assert read(terms.text(value), syntax) == value
    assert "\n" not in terms.text(value)


@given(TEXT)
def test_any_text_makes_one_segment_of_a_legal_address(value: str) -> None:
    segment = terms.segment(value)
    assert "/" not in segment
    read(f"<https://example.org/{segment}>")


@given(TEXT)
def test_any_address_becomes_a_legal_one_or_stays_text(value: str) -> None:
    read(terms.web(value))
    written = terms.web(f"https://example.org/{value}")
    read(written)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_comes_back_from_a_decimal(value: float) -> None:
    assert float(read(terms.decimal(value))) == value
    assert "e" not in read(terms.decimal(value)).lower()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_decimal_is_a_double(value: float) -> None:
    assert terms.decimal(value).endswith("double>")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2023", "gYear"), ("2023-02", "gYearMonth"), ("2023-02-28", "date"), ("2024-02-29", "date"),
        ("2023-02-29", ""), ("1900-02-29", ""), ("0000", ""), ("2023-13", ""), ("spring 2023", ""), ("2023-2", ""),
    ],
)  # fmt: skip
def test_a_date_is_typed_as_exactly_as_it_is_known(value: str, kind: str) -> None:
    assert terms.date(value) == (f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{kind}>' if kind else f'"{value}"')
