"""Models of the Hugging Face hub: fetched into its cache, and why one cannot be had, in plain words."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import ModelUnavailable


def cached(model: str, revision: str | None, wanted: Sequence[str], unwanted: Sequence[str]) -> Path | None:
    """The folder that `fetched` would give, as far as the cache has it, without a look at the hub.

    None where it has nothing of it, or where `revision` is no commit: a branch may have moved.
    """
    if not re.fullmatch("[0-9a-f]{40}", revision or ""):
        return None
    try:
        return _snapshot(model, revision, wanted, unwanted, is_local=True)
    except (OSError, ValueError):
        return None


def fetched(model: str, revision: str | None, wanted: Sequence[str], unwanted: Sequence[str]) -> Path:
    """The folder of a hub model with the files like `wanted` and not like `unwanted`; its name is the commit.

    Raises ModelUnavailable.
    """
    from huggingface_hub.errors import HfHubHTTPError

    # The library of the hub changes what it speaks HTTP with; what a connection can raise is above its own error.
    broken_connection: type[Exception] = HfHubHTTPError.__mro__[1]
    try:
        return _snapshot(model, revision, wanted, unwanted, is_local=False)
    except (broken_connection, OSError, ValueError) as error:
        raise ModelUnavailable(f'the model "{model}" could not be fetched: {_why(error, revision)}') from error


def _snapshot(
    model: str, revision: str | None, wanted: Sequence[str], unwanted: Sequence[str], *, is_local: bool
) -> Path:
    from huggingface_hub import snapshot_download

    keep_quiet()
    return Path(
        snapshot_download(
            model,
            revision=revision,
            allow_patterns=list(wanted),
            ignore_patterns=list(unwanted),
            local_files_only=is_local,
        )
    )


def keep_quiet() -> None:
    """Keep the hub's library from progress bars that nobody watches, and from telling the hub what runs here."""
    from huggingface_hub import constants
    from huggingface_hub.utils.tqdm import disable_progress_bars

    constants.HF_HUB_DISABLE_TELEMETRY = True
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    if not sys.stderr.isatty():
        disable_progress_bars()


def _why(error: Exception, revision: str | None) -> str:
    """What stood in the way, and what to do."""
    from huggingface_hub import constants, errors

    chain = list(_chain(error))
    status = next((one.response.status_code for one in chain if isinstance(one, errors.HfHubHTTPError)), None)
    full = next((one.strerror for one in chain if isinstance(one, OSError) and one.errno and one.strerror), None)
    if any(isinstance(one, errors.GatedRepoError) for one in chain):
        return "it is gated; accept its terms on its page at the hub and set HF_TOKEN to a token of yours"
    if any(isinstance(one, errors.RevisionNotFoundError) for one in chain):
        return f'it has no revision "{revision}"; give a commit, a tag or a branch that it has, after an @'
    if isinstance(error, errors.HFValidationError):
        return "that is no name of a hub model; give owner/model"
    if status == 404 or any(isinstance(one, errors.RepositoryNotFoundError) for one in chain):
        return "the hub has no such model, or shows it to its owners alone; check the spelling, or set HF_TOKEN"
    if status in (401, 403):
        return f"the hub does not give it to you (HTTP {status}); set HF_TOKEN to a token that may read it"
    if status:
        return f"the hub failed (HTTP {status}); try again later"
    if constants.HF_HUB_OFFLINE:
        return (
            "it is not whole in the local cache, and HF_HUB_OFFLINE forbids to ask the hub; "
            "fetch it once without HF_HUB_OFFLINE, or copy the cache of a machine that has it"
        )
    if full:
        return f"its files cannot be written to the cache ({full}); free space, or set HF_HOME to another folder"
    return "the connection to the hub failed; check the network, or copy the cache of a machine that has the model"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
