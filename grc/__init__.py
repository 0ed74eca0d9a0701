"""grc: citizen relationship management for a French département.

The pipeline, folder by folder, in the order a request travels:

    channels -> intake -> citizens, cases -> routing -> work, receipts -> outbox -> recovery

`core` is what every stage needs and knows no stage; `parsing` is what adapters share;
`web`, `cli` and `jobs` are the edges; `pipeline.py` says what follows what.
"""
