"""Keys of measures by category in words: classes of people, measures, phases, what days count from; chains (a part of the lexicon)."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from epigrid.interfaces.pages.words import Text

TERMS: Mapping[str, Text] = {
    "measured.measure.site-then-home": pgettext_lazy("measured", "Quarantine at a site, then at home"),
    "measured.measure.home": pgettext_lazy("measured", "At home"),
    "measured.measure.home-or-site": pgettext_lazy("measured", "At home, or at a site by own wish"),
    "measured.measure.self-monitoring": pgettext_lazy("measured", "Self-monitoring"),
    "measured.measure.exclusion": pgettext_lazy("measured", "Stay away from school or work"),
    "measured.measure.follow-up": pgettext_lazy("measured", "Daily follow-up"),
    "measured.measure.immune": pgettext_lazy("measured", "Nothing: immunity is shown"),
    "measured.measure.days-passed": pgettext_lazy("measured", "Nothing: the days have passed"),
    "phase.site": pgettext_lazy("phase", "at a site"),
    "phase.quarantine": pgettext_lazy("phase", "quarantine at home"),
    "phase.monitoring": pgettext_lazy("phase", "health monitoring at home"),
    "phase.exclusion": pgettext_lazy("phase", "away from school or work"),
    "phase.follow-up": pgettext_lazy("phase", "daily follow-up"),
    "counted.last-exposure": pgettext_lazy("counted", "day of the last exposure"),
    "counted.leaving": pgettext_lazy("counted", "day of leaving"),
    "counted.first-exposure": pgettext_lazy("counted", "day of the first exposure"),
    "people.close-contact": pgettext_lazy("people", "Close contact"),
    "people.contact-of-contact": pgettext_lazy("people", "Contact of a contact"),
    "people.inbound": pgettext_lazy("people", "From abroad"),
    "people.high-risk-history": pgettext_lazy("people", "Was in a high-risk area"),
    "people.medium-risk-history": pgettext_lazy("people", "Was in a medium-risk area"),
    "people.low-risk-history": pgettext_lazy("people", "Was in a low-risk area"),
    "people.high-risk-post": pgettext_lazy("people", "Leaves a high-risk post"),
    "chain.same-moment": pgettext_lazy("chain", "first positive samplings at the same moment: no direction"),
    "chain.too-short": pgettext_lazy("chain", "fewer days between than a serial interval has"),
    "chain.too-long": pgettext_lazy("chain", "more days between than a serial interval has"),
    "chain.windows-apart": pgettext_lazy("chain", "met outside the infectious window"),
    "chain.undated": pgettext_lazy("chain", "the meeting has no date: only the days between speak"),
    "chain.windows": pgettext_lazy("chain", "windows overlap; the meeting has no date"),
    "chain.dated": pgettext_lazy("chain", "a dated meeting within the infectious window"),
}
