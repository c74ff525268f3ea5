"""The web chat: what Gradio shows and what a visitor does. No retrieval logic."""
