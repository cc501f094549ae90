"""The life of memory adapters: measured on a gate set, trained on what a user corrected, promoted, rolled back.

Nothing here loads torch or transformers before a training begins.
"""
