"""Language models as the native agent needs them."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from boocode_desktop.domain.events import ImageRef
from boocode_desktop.domain.model_stream import ModelInfo, ModelPiece, ModelRequest


class ImageSource(Protocol):
    """Where a client reads the bytes of images from."""

    async def __call__(self, image: ImageRef) -> bytes:
        """The bytes of an image."""


class LanguageModel(Protocol):
    """A client for one endpoint and model."""

    async def info(self) -> ModelInfo:
        """What is known of the model (context size, abilities); cached after the first call.

        Raises:
            AdapterError: the endpoint cannot be reached or refuses.
        """

    def stream(
        self, request: ModelRequest, *, images: ImageSource | None = None, max_wait_s: float | None = None
    ) -> AsyncIterator[ModelPiece]:
        """Send a request; pieces in order, the last one a `StreamEnd`. Retries itself (yielding `RetryWait`) only
        while no delta of this request was received, for at most `max_wait_s` in total.

        Raises:
            AdapterError: refused, broken off, or out of retries; the message is fit for people.
        """

    async def close(self) -> None:
        """Close connections."""


class ModelCatalog(Protocol):
    """Which models can be used, and clients for them."""

    async def available(self) -> Sequence[ModelInfo]:
        """Models of the configured endpoints and the local engine; endpoints that do not answer are left out."""

    async def client(self, model: str = "", base_url: str = "") -> LanguageModel:
        """A client for a model id or name ("" = the default one), at a base URL if given.

        Raises:
            UserFacingError: no model is configured or the name matches none; the hint lists what there is.
        """

    async def close(self) -> None:
        """Close all clients."""
