"""Pages: the base layout, the components, sign-in and refusals that every app's templates grow from.

An app's template begins with `{% extends "base.html" %}{% load desk i18n %}` and fills these blocks:

* `title`: the page's name in the browser's tab, `heading`: the same on the page, `lead`: a `<p class="lead">` under it,
  `acts`: buttons beside it
* `content`: the page itself, `help`: two or three sentences for the help drawer, `procedure_link`: a link to its procedure
* `layout`, `main_class`, `top`: set by sign-in and refusal pages (`base_bare.html`) only

Served papers extend `base_print.html` instead and give it `paper` (see the tag `paper_header`).

The base layout reads two variables, both optional (a refusal page may have neither):

* `frame`: what the page stands in. `exercise` (bool: band, mark, title), `title` (name of the tree), `now` (aware moment of the tree's
  clock), `running` (bool: does that clock run), `area` (name of the actor's area), `duty` (key of `kernel.duties.Duty` or a
  text), `version` (of the program)
* `nav`: the pages that the actor's duties open: a list of `label`, `url`, `icon`, and optionally `group` (heading above the
  first of a group), `count` (what waits there), `current` (bool), `go` (letter: `g` and this letter lead there)

Components are the tags of the library `desk`; each docstring gives the shape it takes. Shapes are dataclasses or dicts with these
names; text in them is already in the reader's language, and everything is escaped. The living page is `styleguide.html` with
`styleguide.context()`.

A region that keeps itself fresh says so in its own mark-up, and the view answers 304 when the stamp is still the same:
`<div id="situation" {% poll url stamp %}>`. A grave act asks first: `data-confirm="..."` on its form or button.
"""
