"""The command line: each command parses, calls the corridor once and renders; knows no library of another room."""
