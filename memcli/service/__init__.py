"""The background process and the thin client that reaches it; below the front ends, above the wiring.

Its names stand in its modules, so that a thin client loads the client alone: ``connect.parts`` for a command's
parts, ``process`` to start and stop, ``client`` to ask, ``installed`` for the system's own service manager.
"""
