"""From turns to candidates for memory, by rule or by a model; knows no store and decides nothing."""

from memcli.extract.asking import talk_of
from memcli.extract.dating import dating_of
from memcli.extract.language import language_of
from memcli.extract.leftover import leftover, owed
from memcli.extract.model import ModelExtractor
from memcli.extract.renew import ended, heard_as, renewed, restated, states
from memcli.extract.rules import UNRESOLVED, RulesExtractor
from memcli.extract.suspicion import doubt_of, holds_secret, is_instruction, unspelled
from memcli.extract.telling import is_pleasantry, only_tells

__all__ = [
    "UNRESOLVED",
    "ModelExtractor",
    "RulesExtractor",
    "dating_of",
    "doubt_of",
    "ended",
    "heard_as",
    "holds_secret",
    "is_instruction",
    "is_pleasantry",
    "language_of",
    "leftover",
    "only_tells",
    "owed",
    "renewed",
    "restated",
    "states",
    "talk_of",
    "unspelled",
]
