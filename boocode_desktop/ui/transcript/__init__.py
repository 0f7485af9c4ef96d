"""The chat as rows: a view that lays out, caches and paints only what is seen.

`view.TranscriptView` is the widget, `feed.TranscriptFeed` fills it from envelopes. `fenwick`, `rows`, `tool_looks`
and their kin are plain Python; everything else draws.
"""
