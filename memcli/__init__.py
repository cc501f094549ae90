"""memcli: a personal memory that lives in the terminal and on its user's own machine."""

__version__ = "0.1.0"
