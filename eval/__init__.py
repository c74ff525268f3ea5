"""Evaluation of retrieval and answers: python -m eval."""
