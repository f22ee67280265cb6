"""Vocabulary and pure rules: markets, dates, calendars, intervals, finality, history, pages, stitching, frames.

Imports `errors` and `_util`.
"""
