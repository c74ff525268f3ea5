"""Conversations, copying, exporting and feedback in a real Chromium."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from index.search import Index
from qa.answer import Asked, ask
from qa.feedback import read_feedback
from qa.render.citation import cite, quoted
from tests.test_browser import ABSENT, NARROW, SECURITY, WIDE, Visit, browser, pytestmark, visits  # noqa: F401
