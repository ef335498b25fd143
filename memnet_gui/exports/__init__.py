"""Everything that can be taken home from a run, written from a `Snapshot` of it.

The window (which is answered with one by `engine.commands.Take`) and the terminal (which reads one
from its file) share all of it. Everything but what is said about it runs on any thread.
"""
