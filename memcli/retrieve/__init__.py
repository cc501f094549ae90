"""Question to hits: candidates, features, a linear ranker; never writes, knows no database and no model."""

from memcli.retrieve.budget import pack
from memcli.retrieve.ranker import BM25, COSINE, FUSION, LinearRanker, Ranker, default_ranker
from memcli.retrieve.search import Retriever
from memcli.retrieve.teaching import Teaching

__all__ = ["BM25", "COSINE", "FUSION", "LinearRanker", "Ranker", "Retriever", "Teaching", "default_ranker", "pack"]
