"""The exact index: place-sorted columns with offsets and each place's longest stay."""

import numpy as np

from epigrid.engine.tracing.schemas import Column, PlaceIndex


def build(*, person: Column, place: Column, t_in: Column, t_out: Column) -> PlaceIndex:
    """Sort presences once. Overlapping or touching stays of one person at one place are merged, so that no minute counts twice; empty stays fall out."""
    person, place, t_in, t_out = merged(person, place, t_in, t_out)
    order = np.lexsort((person, t_in, place))
    person, place, t_in, t_out = person[order], place[order], t_in[order], t_out[order]
    places, first = np.unique(place, return_index=True)
    offsets = np.append(first, len(place)).astype(np.int64)
    stays = t_out - t_in
    longest = np.maximum.reduceat(stays, first) if len(place) else np.empty(0, np.int64)
    by_person = np.argsort(person, kind="stable").astype(np.int64)
    return PlaceIndex(
        person=person,
        t_in=t_in,
        t_out=t_out,
        places=places,
        offsets=offsets,
        longest=longest,
        by_person=by_person,
        person_keys=person[by_person],
        place_of_row=place,
    )


def merged(person: Column, place: Column, t_in: Column, t_out: Column) -> tuple[Column, Column, Column, Column]:
    """Join a person's overlapping or touching stays at one place; drop stays that end before or when they start."""
    keep = t_out > t_in
    person, place, t_in, t_out = person[keep], place[keep], t_in[keep], t_out[keep]
    if not len(person):
        return person, place, t_in, t_out
    order = np.lexsort((t_out, t_in, place, person))
    person, place, t_in, t_out = person[order], place[order], t_in[order], t_out[order]
    group = np.empty(len(person), np.int64)
    group[0] = 0
    reach, number = int(t_out[0]), 0
    for row in range(1, len(person)):
        same = person[row] == person[row - 1] and place[row] == place[row - 1]
        if not same or t_in[row] > reach:
            number += 1
            reach = int(t_out[row])
        else:
            reach = max(reach, int(t_out[row]))
        group[row] = number
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    return person[first], place[first], t_in[first], np.maximum.reduceat(t_out, first)
