"""How memories fade and what is made of them over time; knows no store, model or screen."""

from memcli.lifecycle.decay import retention

__all__ = ["retention"]
