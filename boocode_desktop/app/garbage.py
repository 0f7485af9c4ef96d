"""When Python may look for garbage: not while the program loads, and never again in what was loaded.

A full collection walks every object there is: with everything imported that holds the window for 100 ms and more. What
the imports made lives as long as the program, so it is put out of the collector's sight once. What they freed stays in
holes of the C library's heap, an eighth of the program, until the library is asked to return it.
"""

import ctypes
import gc
import sys


def hold_collector() -> None:
    """No collections from now on: hundreds of thousands of objects are about to be made, and all will stay."""
    gc.disable()


def release_collector() -> None:
    """Collections again, of what is made from now on."""
    gc.freeze()
    gc.enable()


def return_free_memory() -> None:
    """Give freed memory back to the system (milliseconds, for a thread); only glibc has it to give."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
