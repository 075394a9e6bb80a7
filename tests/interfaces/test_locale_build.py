"""Catalogues are complete, and compile to what gettext reads."""

import gettext
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.interfaces.locale_build import (
    BrokenCatalogue,
    Message,
    catalogues,
    compile_mo,
    faults,
    read_po,
    used,
    used_in_python,
    used_in_template,
    write_po,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x04\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1)
CATALOGUE = st.dictionaries(
    st.builds(lambda message, context: Message(message=message, context=context), TEXT, st.just("") | TEXT), st.lists(TEXT, min_size=1, max_size=1)
)  # fmt: skip


def test_no_string_of_the_program_is_untranslated_unused_or_loses_a_placeholder() -> None:
    given_ = {message: forms for catalogue in catalogues().values() for message, forms in catalogue.items()}
    assert faults(used(), given_) == []


def test_every_catalogue_stands_in_the_order_that_merge_writes() -> None:
    for path, catalogue in catalogues().items():
        assert path.read_text(encoding="utf-8") == write_po(catalogue), path


@given(CATALOGUE)
def test_a_catalogue_survives_writing_and_reading(catalogue: dict[Message, list[str]]) -> None:
    assert read_po(write_po(catalogue)) == catalogue


@given(CATALOGUE)
def test_gettext_reads_what_was_compiled(catalogue: dict[Message, list[str]]) -> None:
    read = gettext.GNUTranslations(io.BytesIO(compile_mo(catalogue)))
    for message, (text,) in catalogue.items():
        found = read.pgettext(message.context, message.message) if message.context else read.gettext(message.message)
        assert found == text


def test_plurals_of_a_language_without_plurals_are_one_form() -> None:
    catalogue = {Message(message="%(n)s row", plural="%(n)s rows"): ["%(n)s 行"]}
    read = gettext.GNUTranslations(io.BytesIO(compile_mo(catalogue)))
    assert read.ngettext("%(n)s row", "%(n)s rows", 1) == read.ngettext("%(n)s row", "%(n)s rows", 7) == "%(n)s 行"


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed")
def test_gnu_gettext_accepts_every_catalogue(tmp_path: Path) -> None:
    for path in catalogues():
        subprocess.run(["msgfmt", "--check-format", "-o", str(tmp_path / "x.mo"), str(path)], check=True)


def test_strings_are_found_in_templates_with_context_plural_and_arguments() -> None:
    source = (
        '{% load i18n %}{% translate "A" %}{% translate "B" context "c" %}{% include "x" with y=_("D") %}'
        "{% blocktranslate count n=n trimmed %}\n one {{ n }}\n{% plural %}many {{ n }}{% endblocktranslate %}"
        '{% comment %}{% translate "no" %}{% endcomment %}'
    )
    assert set(used_in_template(source)) == {
        Message(message="A"),
        Message(message="B", context="c"),
        Message(message="D"),
        Message(message="one %(n)s", plural="many %(n)s"),
    }


def test_strings_are_found_in_code_and_computed_ones_are_not() -> None:
    source = '_("A"); pgettext_lazy("c", "B"); ngettext("one", "many", n); _(name); other("no")'
    assert set(used_in_python(source)) == {
        Message(message="A"),
        Message(message="B", context="c"),
        Message(message="one", plural="many"),
    }


def test_faults_name_what_is_missing_empty_unused_and_what_loses_a_placeholder() -> None:
    needed = [Message(message="gone"), Message(message="empty"), Message(message="%(n)s a"), Message(message="b")]
    found = faults(
        needed,
        {
            Message(message="empty"): [""],
            Message(message="%(n)s a"): ["无"],
            Message(message="b"): ["%(m)s"],
            Message(message="old"): ["旧"],
        },
    )
    assert found == [
        "lost placeholder: '%(n)s a'",
        "unknown placeholder: 'b'",
        "untranslated: 'empty'",
        "untranslated: 'gone'",
        "used nowhere: 'old'",
    ]


def test_a_fuzzy_translation_counts_as_none() -> None:
    assert read_po('#, fuzzy\nmsgid "A"\nmsgstr "甲"\n') == {Message(message="A"): [""]}


def test_a_broken_catalogue_is_refused_with_its_line() -> None:
    with pytest.raises(BrokenCatalogue, match="msgidd"):
        read_po('msgidd "A"\nmsgstr "甲"\n')
