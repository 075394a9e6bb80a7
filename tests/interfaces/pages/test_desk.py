"""Components: what they show, that they escape it, and that every icon and class they name exists."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from epigrid.interfaces.pages import manifest, styleguide, words
from epigrid.kernel.duties import Duty

PACKAGE = Path(words.__file__).resolve().parent
TEMPLATES = PACKAGE / "templates"
FRONTEND = PACKAGE.parents[3] / "frontend"
MONDAY = datetime(2022, 11, 21, 9, 5, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"


def rendered(source: str, **context: Any) -> str:
    """A template's text, in English, without the blanks between tags."""
    with translation.override("en"):
        text = Template("{% load desk %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", text)


def page(name: str, context: Mapping[str, Any], language: str = "en", **cookies: str) -> str:
    """A whole page as a reader with these cookies gets it."""
    request = RequestFactory().get("/here/?a=1")
    request.COOKIES.update(cookies)
    with translation.override(language):
        return render_to_string(name, {**context, "request": request, "csrf_token": "token"})


class Outline(HTMLParser):
    """What a strict content security policy forbids, duplicate ids, and ids that something points to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.forbidden.append(tag)
        for name in ("src", "href"):
            if str(given.get(name) or "").startswith(("http:", "https:", "//", "javascript:")):
                self.forbidden.append(f"{tag} {given[name]}")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.pointed.update(str(given.get(name) or "").split())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_style_guide_keeps_the_content_security_policy_and_its_ids(language: str) -> None:
    outline = Outline(page("styleguide.html", styleguide.context(), language))
    forms_twice = {name for name in outline.ids if name.startswith("id_")}
    assert outline.forbidden == []
    assert len(set(outline.ids) - forms_twice) == len([name for name in outline.ids if name not in forms_twice])
    assert outline.pointed <= set(outline.ids)


def test_the_style_guide_is_chinese_for_chinese_readers() -> None:
    text = page("styleguide.html", styleguide.context(), "zh-hans")
    assert '<html lang="zh-Hans"' in text
    assert "如果不作决定" in text
    assert "If nothing is decided" not in text


def test_an_exercise_is_marked_in_the_title_and_on_a_band_and_a_real_tree_is_not() -> None:
    frame = {"exercise": True, "now": MONDAY, "running": True}
    exercise = page("base.html", {"frame": frame})
    real = page("base.html", {"frame": {**frame, "exercise": False}})
    assert "<title>[EXERCISE]" in exercise
    assert "exercise-band" in exercise
    assert 'class="is-exercise"' in exercise
    assert "EXERCISE" not in real
    assert "exercise" not in real


def test_a_served_paper_of_an_exercise_says_so_in_title_number_and_footer() -> None:
    text = page("base_print.html", {"paper": {**styleguide.paper(), "title": "Quarantine order"}})
    heading, foot = text.split("paper-foot")
    assert "[EXERCISE] Quarantine order</h1>" in heading
    assert "No. EXERCISE-2022-0031" in heading
    assert "EXERCISE · Quarantine order · No. EXERCISE-2022-0031" in foot
    real = page("base_print.html", {"paper": {**styleguide.paper(), "exercise": False}})
    assert "EXERCISE" not in real


def test_the_clock_of_a_tree_that_stands_still_does_not_run() -> None:
    stopped = page("base.html", {"frame": {"now": MONDAY, "running": False}})
    assert 'data-clock="stopped"' in stopped
    assert 'data-clock="running"' in page("base.html", {"frame": {"now": MONDAY, "running": True}})


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "refusal"])
def test_a_refusal_page_needs_nothing_but_itself(name: str) -> None:
    text = render_to_string(f"{name}.html", {})
    assert Outline(text).forbidden == []
    assert "<h1" in text


@pytest.mark.parametrize(("cookie", "shown"), [("dark", True), ("light", True), ("", False), ('x" onload="', False)])
def test_only_a_known_theme_reaches_the_page(cookie: str, shown: bool) -> None:
    text = page("base.html", {}, desk_theme=cookie)
    assert ("data-bs-theme" in text) is shown


def test_navigation_shows_groups_counts_keys_and_the_present_page() -> None:
    _, nav = styleguide.frame()
    text = page("base.html", {"nav": nav})
    assert text.count('aria-current="page"') == 2  # the rail, and the menu of a phone
    assert 'data-go="d"' in text
    assert '<span class="rail-count">3</span>' in text


def test_components_escape_whatever_they_are_given() -> None:
    shapes: dict[str, Any] = {
        "facts": [(EVIL, EVIL)],
        "tiles": [{"label": EVIL, "value": EVIL, "note": EVIL}],
        "table": {"caption": EVIL, "columns": [{"label": EVIL}], "rows": [{"cells": [{"text": EVIL, "sub": EVIL}]}]},
        "filter_bar": {"url": EVIL, "fields": [{"name": "q", "kind": "search", "label": EVIL, "value": EVIL}]},
        "timeline": [{"at": MONDAY, "title": EVIL, "text": EVIL, "by": EVIL, "cause": {"label": EVIL}}],
        "evidence_card": {"title": EVIL, "text": EVIL, "doubt": EVIL, "source": EVIL},
        "decision_card": {"title": EVIL, "otherwise": EVIL, "acts": [{"label": EVIL, "confirm": EVIL}], "hidden": [(EVIL, EVIL)]},
        "verdict_box": {"outcome": EVIL, "reason_text": EVIL, "clause": EVIL, "evidence": [EVIL], "changes": [EVIL]},
        "empty_state": {"title": EVIL, "text": EVIL},
        "reason_list": {"title": EVIL, "reasons": [{"text": EVIL, "where": EVIL, "remedy": EVIL}]},
        "paper_header": {"title": EVIL, "number": EVIL, "body": EVIL, "exercise": True},
    }
    for tag, shape in shapes.items():
        text = rendered(f"{{% {tag} shape %}}", shape=shape)
        assert "<script" not in text, tag
        assert "&lt;script" in text, tag


def test_a_decision_says_what_happens_if_nothing_is_done_and_what_it_costs() -> None:
    text = rendered("{% decision_card shape %}", shape={**styleguide.decision(), "otherwise": "It lapses.", "person_days": 1})
    assert "If nothing is decided" in text
    assert "It lapses. Cost of the measure: 1 restricted person-day." in text


def test_a_decision_posts_with_its_token_and_asks_before_the_grave_act() -> None:
    text = rendered("{% decision_card shape %}", shape=styleguide.decision(), csrf_token="secret-token")
    assert 'value="secret-token"' in text
    assert text.count("data-confirm=") == 1


def test_a_verdict_marks_an_assumption_of_the_exercise_and_only_that() -> None:
    assumed = rendered("{% verdict_box shape %}", shape=styleguide.verdict())
    sourced = rendered("{% verdict_box shape %}", shape={**styleguide.verdict(), "assumption": False, "source": "Art. 5"})
    assert "assumption of this exercise" in assumed
    assert "by itself at 2022-11-22 17:12" in assumed
    assert "assumption of this exercise" not in sourced
    assert "Art. 5" in sourced


def test_a_zero_is_shown_and_an_empty_cell_folds_away() -> None:
    shape = {"caption": "c", "columns": [{"label": "a"}, {"label": "b"}, {"label": "d"}], "rows": [{"cells": ["x", 0, None]}]}
    text = rendered("{% table shape %}", shape=shape)
    assert "<div>0" in text
    assert text.count("is-blank") == 1


def test_a_row_with_more_cells_than_columns_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match="zip"):
        rendered("{% table shape %}", shape={"columns": [{"label": "a"}], "rows": [{"cells": [1, 2]}]})


def test_a_row_without_id_cannot_be_ticked() -> None:
    rows = [{"id": "p1", "cells": ["Wang"], "tick_label": "Wang"}, {"cells": ["Li"]}]
    bulk = {"name": "person", "url": "/x/", "acts": []}
    text = rendered("{% table shape %}", shape={"caption": "c", "columns": [{"label": "n"}], "rows": rows, "bulk": bulk})
    assert text.count('name="person"') == 1


def test_an_empty_table_says_what_that_means() -> None:
    text = rendered("{% table shape %}", shape={"caption": "c", "columns": [], "rows": [], "empty": {"title": "All done"}})
    assert "All done" in text
    assert "<table" not in text


def test_a_polled_region_carries_its_stamp_as_it_is() -> None:
    text = rendered("<div {% poll '/fresh/?a=1&b=2' stamp %}>", stamp='"7"')
    assert 'data-stamp="&quot;7&quot;"' in text
    assert 'hx-get="/fresh/?a=1&amp;b=2"' in text
    assert 'hx-trigger="every 5s"' in text


def test_a_refused_field_tells_its_fault_also_to_a_reader_by_ear() -> None:
    class Hold(forms.Form):
        hours = forms.IntegerField(max_value=24, help_text="At most 24.")

    text = rendered("{% field form.hours %}", form=Hold({"hours": "48"}))
    assert 'aria-describedby="id_hours_hint id_hours_fault"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_hours_fault"' in text


def test_each_class_is_told_by_text_and_icon_not_by_colour_alone() -> None:
    for word, chip in words.CHIPS.items():
        assert str(chip.label), word
        assert chip.icon, word
    by_kind: dict[str, list[str]] = {}
    for word, chip in words.CHIPS.items():
        by_kind.setdefault(word.partition(".")[0], []).append(str(chip.label))
    assert all(len(labels) == len(set(labels)) for labels in by_kind.values())


def test_a_class_nobody_described_is_shown_by_its_own_word() -> None:
    assert words.chip("rollcall", "moved-out") == words.Chip("moved-out", "circle-dashed", "quiet")


def test_every_duty_has_a_name() -> None:
    assert set(words.DUTIES) == {duty.value for duty in Duty}


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    listed = set(json.loads((FRONTEND / "desk" / "icons.json").read_text(encoding="utf-8")))
    named = {chip.icon for chip in words.CHIPS.values()}
    for path in PACKAGE.parents[1].rglob("*.html"):
        named.update(re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8")))
        named.update(re.findall(r'{% icon [\w.]+\|default:"([\w-]+)"', path.read_text(encoding="utf-8")))
    for path in PACKAGE.parents[1].rglob("*.py"):
        named.update(re.findall(r'"icon": "([\w-]+)"', path.read_text(encoding="utf-8")))
    assert named - listed == set()


def test_a_manifest_names_style_script_and_sprite() -> None:
    built = manifest.read({"src/main.ts": {"file": "a.js", "css": ["a.css"]}, "sprite.svg": {"file": "s.svg"}})
    assert built == manifest.Built(styles=("a.css",), scripts=("a.js",), sprite="s.svg")
    with pytest.raises(KeyError):
        manifest.read({})


def test_without_a_build_pages_come_without_style_instead_of_failing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(manifest, "DESK", tmp_path)
    manifest.built.cache_clear()
    try:
        assert rendered("{% desk_styles %}{% desk_scripts %}") == ""
        assert "front end is not built" in caplog.text
    finally:
        manifest.built.cache_clear()
