"""One archive of database and files, taken while the program runs, restored into an empty place.

The format knows neither SQLite nor PostgreSQL, so that one can be restored into the other:

    grc-backup.json          what this is, which schema version, taken when
    tables/NAME/000001.jsonl rows in the order of the keys, each a JSON list
    blobs/SHA256             the files that those rows refer to
    manifest.json            columns, counts, a hash of each part, the head of the journal

Secrets are not in it: keep the keys of the settings apart.
"""
