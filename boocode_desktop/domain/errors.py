"""The three families of errors: ours for people, an adapter's, and everything else, which is a bug."""


class BooCodeError(Exception):
    """Root of every error this program raises on purpose."""


class UserFacingError(BooCodeError):
    """Something a person can understand and act on: what happened, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(UserFacingError):
    """The request itself was wrong (exit code 2 on the command line)."""


class NotFoundError(UserFacingError):
    """A named thing does not exist."""


class BusyError(UserFacingError):
    """Another process or turn holds what is needed (exit code 1, `busy`)."""


class StoppedError(UserFacingError):
    """A person stopped it, and everything is as it was before."""


class DiskFullError(UserFacingError):
    """There is no room to store it: reads still work, and the same write may be tried again once there is."""


class AdapterError(BooCodeError):
    """A foreign library or program failed; converted once, where it enters."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
