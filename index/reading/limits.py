"""Every limit of reading, each with its default and one sentence: what lies beyond one is refused by name."""

from __future__ import annotations

MAX_BYTES = 50 * 1024 * 1024
"""Bytes of one file: minutes are text, and a larger file is something else."""

MAX_CHARACTERS = 20_000_000
"""Characters of text in one document: some 400 days of a parliament."""

MAX_PAGES = 5_000
"""Pages of one PDF."""

MAX_PAGE_CHARACTERS = 100_000
"""Characters on one page of a PDF: the densest page of print holds a tenth."""

MAX_IMAGE_SIDE = 4_000
"""Pixels of the longer side of a page image."""

MAX_MEMBERS = 2_000
"""Files in one ZIP, those of the ZIPs inside it included."""

MAX_NESTING = 3
"""How deep a ZIP may lie in a ZIP; the file itself counts as 1."""

MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes that one ZIP or DOCX may hold when unpacked, all its members together."""

MAX_RATIO = 200
"""How many times larger than it was packed a member of a ZIP or DOCX may be, once it is over MIN_RATIO_BYTES."""

MIN_RATIO_BYTES = 1024 * 1024
"""Members that unpack to less than this may be packed as densely as they like."""

MAX_DEPTH = 200
"""How deep elements of HTML or XML, or values of JSON, may lie in each other."""

MAX_ELEMENTS = 2_000_000
"""Elements of one HTML or XML document."""

MAX_SILENCE = 8.0
"""Seconds that the reading of one file may go on without finishing a page or a member."""

MAX_SECONDS = 300.0
"""Seconds that the reading of one file may take in all."""

MAX_MEMORY = 512 * 1024 * 1024
"""Bytes of address space of the child process that reads foreign formats."""
