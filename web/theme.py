"""The look of the pages: fonts and colours, light and dark, by Gradio's own names; style.css builds on them."""

from __future__ import annotations

import gradio as gr  # slow: import this module only where a page is about to be served

FONTS = ("system-ui", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", "Meiryo", "sans-serif")
"""Fonts that a machine has: none is ever fetched."""


def theme() -> gr.themes.Base:
    """Ink on paper, one accent; every pair of text and ground that is used reaches 4.5 : 1."""
    return gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "monospace"]).set(
        body_text_color="#1c2530",
        body_text_color_dark="#e6e9ed",
        body_text_color_subdued="#566070",
        body_text_color_subdued_dark="#a7b1be",
        body_background_fill="#fcfcfa",
        body_background_fill_dark="#14181d",
        background_fill_primary="#fcfcfa",
        background_fill_primary_dark="#14181d",
        block_background_fill="#f4f5f3",
        block_background_fill_dark="#1b2027",
        border_color_primary="#dadeda",
        border_color_primary_dark="#363e49",
        color_accent="#1d4f7c",
        color_accent_soft="#e8eff6",
        color_accent_soft_dark="#222e3b",
        link_text_color="#1d4f7c",
        link_text_color_dark="#93bfe9",
        button_primary_background_fill="#1d4f7c",
        button_primary_background_fill_dark="#93bfe9",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#0e151d",
        error_text_color="#8a2a1c",
        error_text_color_dark="#ffb4a6",
        error_background_fill="#fbeeeb",
        error_background_fill_dark="#3a211d",
    )
