"""Values are compared in one written form."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from epigrid.kernel import written

FORMS = [written.folded, written.document, written.phone]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@given(text=st.text(max_size=30))
@example(text="o \u0308")
@example(text="\u00a8")
def test_the_written_form_of_a_written_form_is_itself(form, text: str) -> None:
    assert form(form(text)) == form(text)


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138-0013-8000",
        "+8613800138000",
        "008613800138000",
        "８６１３８００１３８０００",
        "(86)13800138000",
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_written(text: str) -> None:
    assert written.phone(text) == "13800138000"


@pytest.mark.parametrize("text, expected", [("0351-1234567", "03511234567"), ("8613800", "8613800"), ("+44 20 7946 0958", "442079460958"), ("", "")])
def test_other_numbers_keep_their_digits(text: str, expected: str) -> None:
    assert written.phone(text) == expected


def test_documents_and_names_are_folded_to_plain_width() -> None:
    assert written.document("１１０１０５ 19491231 ００２ｘ") == "11010519491231002X"
    assert written.folded("\u3000李　 四\t") == "李 四"


@pytest.mark.parametrize(
    "text, cut",
    [("1.10108E+17", True), ("1.1E17", True), ("6e+15", True), ("E12", False), ("110105194912310021", False), ("1.5", False), ("", False)],
)
def test_a_number_that_a_spreadsheet_has_cut_is_recognised(text: str, cut: bool) -> None:
    assert written.is_cut(text) is cut
