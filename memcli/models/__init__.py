"""Models on this machine: what others may use of this room.

Nothing here loads llama.cpp, torch or sentence-transformers before a model is first asked for something.
"""
