"""From a question to an answer: understood, searched, proven, rendered."""
