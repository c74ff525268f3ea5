"""A hub of models on this machine: as much of the API of the Hugging Face hub as its client asks for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import numpy as np
from safetensors.numpy import save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

Files = Mapping[str, bytes]
WORDS = ("[UNK]", "library", "opening", "hours", "pool", "repair", "bus", "budget", "school", "chair")
STATIC = "sentence_transformers.models.StaticEmbedding"


def static_model(seed: int, prompts: Mapping[str, str] | None = None) -> Files:
    """A static embedding model of ten words, in the form of sentence-transformers."""
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    table = np.random.default_rng(seed).standard_normal((len(WORDS), 8)).astype(np.float32)
    return {
        "modules.json": json.dumps([{"idx": 0, "name": "0", "path": "0_Static", "type": STATIC}]).encode(),
        "config_sentence_transformers.json": json.dumps({"prompts": dict(prompts or {})}).encode(),
        "0_Static/tokenizer.json": tokenizer.to_str().encode(),
        "0_Static/model.safetensors": save({"embedding.weight": table}),
        "README.md": b"A model for tests.",
        "pytorch_model.bin": b"pickled weights, which nobody may ask for",
        "onnx/model.onnx": b"weights of another backend",
        "openvino/openvino_model.bin": b"weights of another backend",
    }


def commit_of(files: Files) -> str:
    """The name of a commit: 40 hexadecimal digits."""
    return hashlib.sha1(json.dumps({name: data.hex() for name, data in sorted(files.items())}).encode()).hexdigest()


@dataclass
class Hub:
    """Repositories by owner/model, each with the files of its commits and where its branch main stands.

    `refused` answers for a repository with a status and an error code instead; of the files in `cut` half is sent;
    `asked` are the requests so far.
    """

    address: str
    commits: dict[str, dict[str, Files]] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def push(self, model: str, files: Files, commit: str | None = None) -> str:
        """Make these files the newest commit of a repository; returns the commit."""
        commit = commit or commit_of(files)
        self.commits.setdefault(model, {})[commit] = files
        self.heads[model] = commit
        return commit

    @property
    def fetched(self) -> list[str]:
        """The files whose content was asked for."""
        got = [one for one in self.asked if one.startswith("GET ") and "/resolve/" in one]
        return [one.partition("/resolve/")[2].partition("/")[2] for one in got]


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that is up while inside."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.hub = Hub(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.hub  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        path = unquote(urlsplit(self.path).path)
        hub.asked.append(f"{self.command} {path}")
        parts = path.removeprefix("/api/models").strip("/").split("/")
        model, rest = "/".join(parts[:2]), parts[2:]
        if model in hub.refused:
            status, code = hub.refused[model]
            self._send(status, b"{}", {"X-Error-Code": code} if code else {})
        elif model not in hub.commits:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        else:
            revision = rest[1] if len(rest) > 1 else "main"
            commit = hub.heads[model] if revision == "main" else revision
            if commit not in hub.commits[model]:
                self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            else:
                self._answer(hub.commits[model][commit], model, commit, rest)

    def _answer(self, files: Files, model: str, commit: str, rest: list[str]) -> None:
        match rest:
            case ["resolve", _, *name] if "/".join(name) in files:
                data = files["/".join(name)]
                etag = f'"{hashlib.sha256(data).hexdigest()}"'
                described = {"ETag": etag, "X-Repo-Commit": commit, "X-Linked-Size": str(len(data))}
                hub: Hub = self.server.hub  # type: ignore[attr-defined]
                self._send(200, data, described, share=0.5 if name[-1] in hub.cut else 1)
            case ["tree", *_]:
                listed = [
                    {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for path, data in files.items()
                ]
                self._send(200, json.dumps(listed).encode())
            case [] | ["revision", _]:
                siblings = [{"rfilename": path} for path in files]
                self._send(200, json.dumps({"id": model, "sha": commit, "siblings": siblings}).encode())
            case _:
                self._send(404, b"{}", {"X-Error-Code": "EntryNotFound"})

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] | None = None, share: float = 1) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: int(len(data) * share)])
            self.close_connection = share < 1

    def log_message(self, *arguments: object) -> None:
        """Nothing: `asked` keeps what was asked for."""
