"""The web chat: python app.py [--minutes FOLDER]... [--index DIR]; the judging page: python app.py --judge POOL."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from index.commands import RERANKER_HELP, default_index, default_reranker
from index.errors import IndexBusy, MinutesError, UsageError, one_line

LOCAL = ("127.0.0.1", "localhost", "::1")  # hosts that only this machine reaches; any other needs --auth


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index where folders are given, open it, serve the page until interrupted; returns the exit code."""
    options = _parser().parse_args(arguments)
    directory = options.index or default_index()
    try:
        logins = _logins(options.auth)
        if options.host not in LOCAL and not logins:
            raise UsageError(f"--host {options.host} is reachable by others; name who may enter with --auth FILE")
        if options.judge and options.minutes:
            raise UsageError("--judge shows what the pool holds and takes no --minutes; leave one of them out")
        if options.allow_upload and not options.minutes:
            raise UsageError("--allow-upload needs --minutes FOLDER: the folder that added files are kept in")
        port = _free_port(options.host, options.port)
        if options.minutes:
            _build(options.minutes, directory, options.prune)
        (_judge if options.judge else _chat)(directory, options, port, logins)
    except MinutesError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="Ask the minutes in a web chat.")
    parser.add_argument(
        "--minutes", nargs="+", action="extend", type=Path, metavar="FOLDER", help="index these; repeats"
    )
    parser.add_argument("--index", type=Path, default=None, help="default: MINUTES_INDEX, else var/index")
    parser.add_argument("--reranker", default=default_reranker(), metavar="NAME", help=RERANKER_HELP)
    parser.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860); 0 takes any free one")
    parser.add_argument("--auth", type=Path, metavar="FILE", help="lines of user:password; who may enter")
    parser.add_argument("--allow-upload", action="store_true", help="let visitors add files to the first --minutes")
    parser.add_argument("--feedback", type=Path, metavar="FILE", help="let readers say what is useful; kept in FILE")
    parser.add_argument("--judge", type=Path, metavar="POOL", help="serve a page to judge this pool instead")
    parser.add_argument("--mcp", action="store_true", help="let assistants on this machine use it as an MCP server")
    parser.add_argument("--judge-name", metavar="NAME", help="with --judge: who judges (default: the page asks)")
    return parser


def _say(message: str) -> None:
    print(f"app: {one_line(message)}", file=sys.stderr, flush=True)  # noqa: T201


def _logins(file: Path | None) -> list[tuple[str, str]]:
    """Users with their passwords. Raises UsageError."""
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
            logins.append((user, password))
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


def _chat(directory: Path, options: argparse.Namespace, port: int, logins: Sequence[tuple[str, str]]) -> None:
    """Serve the web chat until the process is interrupted."""
    from index.adding import MAX_BYTES, Desk
    from index.search import Index

    desk = Desk(options.minutes, directory) if options.allow_upload else None
    index = Index.open(directory, options.reranker)
    index.follow(_say)
    from web.health import health
    from web.original import originals
    from web.page import SHEETS, page
    from web.serving import serve

    try:
        blocks, routes = page(index, options.feedback, desk), [health(index), originals(index)]
        serve(
            blocks, options.host, port, logins, SHEETS, routes, mcp=options.mcp, max_file_size=MAX_BYTES if desk else 1
        )
    finally:
        index.close()


def _judge(_: Path, options: argparse.Namespace, port: int, logins: Sequence[tuple[str, str]]) -> None:
    """Serve the judging page of a pool until the process is interrupted."""
    from qa.judging import judge_file, read_pool

    statements = read_pool(options.judge)
    if options.judge_name is not None:
        judge_file(options.judge, options.judge_name)
    from web.judging import page
    from web.serving import serve

    serve(page(options.judge, statements, options.judge_name), options.host, port, logins, ["style.css", "judging.css"])


if __name__ == "__main__":
    sys.exit(main())
