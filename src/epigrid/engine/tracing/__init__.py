"""Who was where with whom: exact co-presence of pseudonyms at places, summed over meetings.

`index.build` makes an immutable place-sorted index from presence columns; `contacts.contacts` answers one bounded question at a time. A question needs
an exposure record and a window: nothing here gives a person's trail.
"""
