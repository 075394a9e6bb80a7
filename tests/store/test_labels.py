"""Labels: what is printed is read back by a scanner's library from every label, by QR code and by bar code."""

import io
from datetime import date

import pypdf
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from epigrid.store.printing import LabelNotPrintable, LabelSheet, label_pdf, label_picture

DAY = date(2022, 11, 21)
TYPED = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=14)


def read(sheet: LabelSheet, dots_per_inch: int = 200) -> dict[str, list[str]]:
    """Kind of code -> texts, as zxing-cpp reads the first page."""
    found: dict[str, list[str]] = {"QRCode": [], "Code128": []}
    for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(label_picture(sheet, dots_per_inch=dots_per_inch)))):
        found[one.format.name].append(one.text)
    return {kind: sorted(texts) for kind, texts in found.items()}


@pytest.mark.parametrize("dots_per_inch", [200, 300])
def test_s_218_every_label_of_a_page_is_read_back_by_both_codes_at_a_label_printers_resolution(dots_per_inch: int) -> None:
    labels = [f"T{number:07d}" for number in range(1, 31)]
    assert read(LabelSheet(date=DAY, labels=labels, note="演练花园小区", mark="演练"), dots_per_inch) == {"QRCode": labels, "Code128": labels}


@settings(max_examples=12)
@given(TYPED)
def test_whatever_a_label_may_say_both_codes_say(label: str) -> None:
    """At 300 dots an inch; at 200 the bars of some labels full of signs are too fine for the library, those of letters and digits are not (below)."""
    assert read(LabelSheet(date=DAY, labels=[label]), 300) == {"QRCode": [label], "Code128": [label]}


@settings(max_examples=12)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=14))
def test_a_label_of_letters_and_digits_is_read_at_two_hundred_dots_too(label: str) -> None:
    assert read(LabelSheet(date=DAY, labels=[label])) == {"QRCode": [label], "Code128": [label]}


def test_a_sheet_of_many_labels_has_them_all_in_order_on_as_few_pages_as_fit_and_the_same_bytes() -> None:
    labels = [f"B{number:07d}" for number in range(1, 101)]
    made = label_pdf(LabelSheet(date=DAY, labels=labels))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert len(pages) == 4
    assert [line for page in pages for line in page.split() if line.startswith("B0")] == labels
    assert label_pdf(LabelSheet(date=DAY, labels=labels)) == made


@pytest.mark.parametrize("label", ["", "T 1", "管1", "T" * 15, "T\n"])
def test_what_both_codes_cannot_carry_is_refused(label: str) -> None:
    with pytest.raises(LabelNotPrintable):
        LabelSheet(date=DAY, labels=["T1", label])
    with pytest.raises(LabelNotPrintable):
        LabelSheet(date=DAY, labels=[])
