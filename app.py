"""The web chat: python app.py [--minutes FOLDER]... [--prune] [--index DIR] [--host …] [--port …] [--auth FILE]."""

from __future__ import annotations

import argparse
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.commands import RERANKER_HELP, default_index, default_reranker
from index.errors import IndexBusy, MinutesError, UsageError, one_line

LOCAL = ("127.0.0.1", "localhost", "::1")
"""Hosts that only this machine reaches; any other needs --auth."""


@dataclass(frozen=True, slots=True)
class Login:
    """One line of the file given with --auth."""

    user: str
    password: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index where folders are given, open it, serve the page until interrupted; returns the exit code."""
    options = _parser().parse_args(arguments)
    directory = options.index or default_index()
    try:
        logins = _logins(options.auth)
        if options.host not in LOCAL and not logins:
            raise UsageError(f"--host {options.host} is reachable by others; name who may enter with --auth FILE")
        port = _free_port(options.host, options.port)
        if options.allow_upload:
            _say("--allow-upload does nothing yet: this version of the page takes no files")
        if options.minutes:
            _build(options.minutes, directory, options.prune)
        _serve(directory, options.reranker, options.host, port, logins)
    except MinutesError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="Ask the minutes in a web chat.")
    parser.add_argument(
        "--minutes", nargs="+", action="extend", type=Path, metavar="FOLDER", help="index these folders first; repeats"
    )
    parser.add_argument("--index", type=Path, default=None, help="default: MINUTES_INDEX, else var/index")
    parser.add_argument("--reranker", default=default_reranker(), metavar="NAME", help=RERANKER_HELP)
    parser.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860); 0 takes any free one")
    parser.add_argument("--auth", type=Path, metavar="FILE", help="lines of user:password; who may enter")
    parser.add_argument("--allow-upload", action="store_true", help="let visitors add minutes (not in this version)")
    return parser


def _say(message: str) -> None:
    print(f"app: {one_line(message)}", file=sys.stderr, flush=True)  # noqa: T201


def _logins(file: Path | None) -> list[Login]:
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the file of --auth, {file.name!r}, cannot be read ({type(error).__name__})") from error
    logins = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            user, _, password = line.strip().partition(":")
            if not user or not password:
                raise UsageError(f"line {number} of {file.name!r} is not user:password")
            logins.append(Login(user, password))
    if not logins:
        raise UsageError(f"the file of --auth, {file.name!r}, names nobody; give lines of user:password")
    return logins


def _free_port(host: str, port: int) -> int:
    """The port to listen on, after a look whether one can. Raises UsageError."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: give a number from 0 to 65535")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise UsageError(f"cannot listen on {host} port {port} ({error.strerror}); choose another --port") from error


def _build(folders: Sequence[Path], directory: Path, prune: bool) -> None:
    from index.build import build

    _say(f"indexing {', '.join(folder.name or str(folder) for folder in folders)}")
    try:
        report = build(folders, directory, prune=prune)
    except IndexBusy as error:
        _say(f"{error}; what is there answers meanwhile")
        return
    for file in report.files:
        if file.note:
            _say(f"skipped: {file.note}" if file.fate == "skipped" else file.message)
    _say(f"version {report.version}: {report.statements} statements, {report.embedded} embedded anew")


def _serve(directory: Path, reranker: str | None, host: str, port: int, logins: Sequence[Login]) -> None:
    """Serve the page until the process is interrupted."""
    from index.search import Index

    index = Index.open(directory, reranker)
    index.follow(_say)
    import gradio as gr

    from web.page import FONTS, ICON, STYLE, page

    blocks = page(index)
    _, address, _ = blocks.launch(
        server_name=host,
        server_port=port,
        auth=[(login.user, login.password) for login in logins] or None,
        theme=gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "monospace"]),
        head=STYLE,
        favicon_path=ICON,
        footer_links=[],
        allowed_paths=[],
        share=False,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=1,
        state_session_capacity=1_000,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(address, flush=True)  # noqa: T201
    try:
        threading.Event().wait()
    finally:
        blocks.close(verbose=False)
        index.close()


if __name__ == "__main__":
    sys.exit(main())
