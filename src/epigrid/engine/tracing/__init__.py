"""Who was where with whom: exact co-presence of pseudonyms at places, summed over meetings.

`index.TraceIndex` holds immutable days (`segments`, kept in a folder by `shelf`) and what came in since; `contacts` and `hops` hold the questions to it. Every
question carries an exposure record and a bounded window (X03): nothing here answers with a person's trail. Answers are candidates; an investigator
judges each person.
"""
