"""Refusals at the edge: status codes and words for reason keys."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from epigrid.interfaces.pages.words import Text
from epigrid.kernel.errors import DomainError, NotAllowed, NotFound
from epigrid.store.commands import CommandReused

REASONS: Mapping[str, Text] = {
    "access.not-allowed": pgettext_lazy("refusal", "Your duties do not include this act here."),
    "access.not-found": pgettext_lazy("refusal", "There is nothing here that you can see."),
    "access.code-unknown": pgettext_lazy("refusal", "No living code reads like this."),
    "access.too-many-tries": pgettext_lazy(
        "refusal", "Too many codes were tried from here; wait a quarter of an hour or call the line on your paper."
    ),
    "access.other-world": pgettext_lazy("refusal", "An exercise and a real tree never see each other."),
    "access.own-review": pgettext_lazy("refusal", "Whoever broke the glass cannot close its review."),
    "access.reason-missing": pgettext_lazy("refusal", "A written reason is needed."),
    "access.second-factor-missing": pgettext_lazy("refusal", "This duty needs a second factor at sign-in."),
    "vault.purpose-missing": pgettext_lazy("refusal", "State a purpose that your duty carries before names are shown."),
    "input.bad": pgettext_lazy("refusal", "A value could not be taken as it is."),
    "command.reused": pgettext_lazy("refusal", "This command number was used before for something else."),
    "appeal.answer-missing": pgettext_lazy("refusal", "An appeal is answered in writing."),
    "appeal.answered": pgettext_lazy("refusal", "The appeal was answered before."),
    "appeal.own-decision": pgettext_lazy("refusal", "Whoever decided, or sits under him, cannot review the appeal."),
    "box.count-differs": pgettext_lazy("refusal", "The count said is not the number of tubes."),
    "box.tube-elsewhere": pgettext_lazy("refusal", "A tube is open or in another box."),
    "candidate.already-judged": pgettext_lazy("refusal", "The candidate was judged before."),
    "candidate.outcome-unknown": pgettext_lazy("refusal", "A judgement is close contact, exposed, or none."),
    "candidate.reason-missing": pgettext_lazy("refusal", "A judgement needs its reason in writing."),
    "candidate.exposure-missing": pgettext_lazy("refusal", "The moment of the last exposure is needed."),
    "care.kind-unknown": pgettext_lazy("refusal", "This kind of request is not on the list."),
    "care.request-closed": pgettext_lazy("refusal", "The request was answered before."),
    "case.opinion-missing": pgettext_lazy("refusal", "The expert group has given no opinion yet."),
    "case.class-unknown": pgettext_lazy("refusal", "The class is confirmed, asymptomatic, or excluded."),
    "clock.goes-forward": pgettext_lazy("refusal", "A clock is never turned back."),
    "clock.wall": pgettext_lazy("refusal", "The clock of a real tree is the wall's."),
    "colour.unknown": pgettext_lazy("refusal", "The province's colours are green, yellow and red."),
    "directive.missing": pgettext_lazy("refusal", "No directive in force authorises this here."),
    "directive.empty": pgettext_lazy("refusal", "A directive names what it authorises."),
    "directive.without-end": pgettext_lazy("refusal", "A directive has an end in the future."),
    "entry.number-unset": pgettext_lazy("refusal", "No source says what this needs; the county must say it."),
    "fitness.need-unknown": pgettext_lazy("refusal", "The rules in force ask for no such thing of helpers."),
    "fitness.not-fit": pgettext_lazy("refusal", "Today's check found this helper unfit for duty; a leader may except him with a reason."),
    "fitness.nothing-to-except": pgettext_lazy("refusal", "This helper was not checked today, or lacks nothing."),
    "fitness.own-exception": pgettext_lazy("refusal", "Nobody excepts himself."),
    "fitness.reason-missing": pgettext_lazy("refusal", "An exception needs its reason in writing."),
    "hold.too-long": pgettext_lazy("refusal", "The hold would be longer than the clause allows."),
    "inbox.already-resolved": pgettext_lazy("refusal", "Somebody said before where this reading belongs."),
    "measure.ended": pgettext_lazy("refusal", "The measure is over."),
    "measure.nothing-to-issue": pgettext_lazy("refusal", "Nothing of this waits to be issued."),
    "measure.reason-missing": pgettext_lazy("refusal", "A written reason is needed here."),
    "notice.empty": pgettext_lazy("refusal", "A notice needs at least one change."),
    "notice.ambiguous": pgettext_lazy("refusal", "The notice would point at fewer than ten households."),
    "order.one-by-one": pgettext_lazy("refusal", "Minors, dependants and running treatment are signed one by one."),
    "order.unequal-evidence": pgettext_lazy("refusal", "Only orders with equal evidence are signed together."),
    "order.contact-missing": pgettext_lazy("refusal", "An order rests on a judged contact."),
    "outbreak.still-binds": pgettext_lazy("refusal", "Somebody is still bound, or a task is open."),
    "people.already-decided": pgettext_lazy("refusal", "The correction was decided before."),
    "people.category-unknown": pgettext_lazy("refusal", "This category is not on the list."),
    "people.not-correctable": pgettext_lazy("refusal", "This field is not corrected here."),
    "people.rate-limited": pgettext_lazy("refusal", "Too many searches; wait a little."),
    "people.value-refused": pgettext_lazy("refusal", "The value is not readable as this field."),
    "place.ambiguous": pgettext_lazy("refusal", "The text may mean several places."),
    "policy.class-does-not-carry": pgettext_lazy("refusal", "The law does not carry this measure for this class of disease."),
    "policy.clause-missing": pgettext_lazy("refusal", "No clause in force says this."),
    "policy.unset": pgettext_lazy("refusal", "Nobody has set this value; it must be asked for."),
    "policy.pack-unknown": pgettext_lazy("refusal", "No pack that can be in force alone bears this name."),
    "policy.no-pack-in-force": pgettext_lazy("refusal", "No policy is in force on this day."),
    "policy.delegation-refused": pgettext_lazy("refusal", "This is not delegated like this."),
    "printing.incomplete": pgettext_lazy("refusal", "The paper lacks a title or text."),
    "printing.language-unknown": pgettext_lazy("refusal", "Papers are not printed in this language."),
    "printing.line-too-long": pgettext_lazy("refusal", "A line of the paper is too long."),
    "printing.not-printable": pgettext_lazy("refusal", "No font here draws a character of the text."),
    "query.not-approved": pgettext_lazy("refusal", "A venue query needs a second person and a purpose."),
    "roster.already-sampled": pgettext_lazy("refusal", "The person was sampled in this round."),
    "roster.class-not-reportable": pgettext_lazy("refusal", "This class is not reported by hand."),
    "roster.not-on-roster": pgettext_lazy("refusal", "The person is not on this roster."),
    "roster.proof-missing": pgettext_lazy("refusal", "Sampled elsewhere needs its proof."),
    "round.not-open": pgettext_lazy("refusal", "The round is closed."),
    "sheet.headings-missing": pgettext_lazy("refusal", "The file lacks headings that are needed."),
    "sheet.not-a-sheet": pgettext_lazy("refusal", "The file is neither Excel nor CSV."),
    "sheet.too-large": pgettext_lazy("refusal", "The file is too large."),
    "shift.already-open": pgettext_lazy("refusal", "The shift is running."),
    "shift.not-open": pgettext_lazy("refusal", "No shift is running."),
    "site.full": pgettext_lazy("refusal", "No bed is free."),
    "site.not-ready": pgettext_lazy("refusal", "The site is not ready: guests moved, cleaned, rooms listed."),
    "status.reason-unknown": pgettext_lazy("refusal", "A status has a decided reason and an end."),
    "stay.not-over": pgettext_lazy("refusal", "The clause does not let the stay end yet."),
    "task.evidence-missing": pgettext_lazy("refusal", "A task closes by an act: a scan, a reading, a count, a signature, a call."),
    "task.not-open": pgettext_lazy("refusal", "The task is closed."),
    "task.nothing-to-except": pgettext_lazy("refusal", "Everybody whom this task needs was there; close it as usual."),
    "task.reason-missing": pgettext_lazy("refusal", "Giving back needs a reason."),
    "task.roles-missing": pgettext_lazy("refusal", "A joint visit needs both roles present."),
    "task.second-person-needed": pgettext_lazy("refusal", "Whoever did a task cannot check it."),
    "transfer.child-alone": pgettext_lazy("refusal", "A child travels with its guardian."),
    "transfer.dependants-unasked": pgettext_lazy("refusal", "Ask first who stays behind."),
    "transfer.not-disinfected": pgettext_lazy("refusal", "The vehicle was not disinfected since its last trip."),
    "transfer.vehicle-full": pgettext_lazy("refusal", "More people than seats."),
    "tube.empty": pgettext_lazy("refusal", "Nobody is in this tube."),
    "tube.full": pgettext_lazy("refusal", "The tube would hold more people than its size."),
    "tube.never-pooled": pgettext_lazy("refusal", "People of the door lists are never pooled."),
    "tube.label-taken": pgettext_lazy("refusal", "Another tube bears this label."),
    "tube.not-open": pgettext_lazy("refusal", "The tube is closed."),
    "tube.pool-size-unknown": pgettext_lazy("refusal", "The clause knows no tubes of this size."),
    "measure.day-missing": pgettext_lazy("refusal", "The day from which the days count is not known."),
    "measure.number-unset": pgettext_lazy("refusal", "No source sets a number that this needs; the county must set it."),
    "risk-list.outdated": pgettext_lazy("refusal", "A newer version of the list was taken already."),
    "stay.incomplete": pgettext_lazy("refusal", "A stay needs its county, its first day and a day of leaving that is not before it."),
    "stay.window-unset": pgettext_lazy("refusal", "No source sets how many days back a stay counts; the county must set it."),
    "proof.context-unknown": pgettext_lazy("refusal", "A proof is for a venue, an entry, boarding, travel or a helper."),
    "sampling.number-unset": pgettext_lazy("refusal", "No source sets a number that this needs; the county must set it."),
    "static.forbidden": pgettext_lazy("refusal", "The rules in force allow no order to stand still."),
    "visit.number-unset": pgettext_lazy("refusal", "No source says who visits people at home; the county must say it."),
    "zone.level-unknown": pgettext_lazy("refusal", "The rules in force have no such level."),
    "zone.number-unset": pgettext_lazy("refusal", "No source sets a number that this needs; the county must set it."),
    "zone.start-refused": pgettext_lazy("refusal", "A decision does not reach back, and one that takes over takes over at once."),
    "zone.ended": pgettext_lazy("refusal", "The area is over."),
    "zone.exit-missing": pgettext_lazy("refusal", "Note the fire and medical exits."),
    "zone.lead-missing": pgettext_lazy("refusal", "A lead is missing."),
    "zone.not-due": pgettext_lazy("refusal", "The days are not full; an earlier downgrade needs a written reason."),
    "zone.review-missing": pgettext_lazy("refusal", "An expert line and a review moment are needed."),
    "zone.service-missing": pgettext_lazy("refusal", "Every service needs an owner, and the hotline a number."),
    "zone.stay-home-on-low": pgettext_lazy("refusal", "A low-risk area binds nobody."),
    "zone.too-wide": pgettext_lazy("refusal", "The area is wider than needed; say why."),
}


def status_of(error: DomainError) -> int:
    """403 for missing duty or purpose, 404 for what is not there for this actor, 409 for a reused command, 422 else."""
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, CommandReused) else 422


def words(error: DomainError) -> Text:
    """The reason in the reader's language; the key itself where nobody has written words for it."""
    return REASONS.get(error.reason, error.reason)
