"""A Windows job object that ends all its processes when it is closed, also by our own death. Untested so far."""

import sys

if sys.platform == "win32":
    import ctypes
    import os
    import signal
    from ctypes import wintypes

    _PROCESS_ALL_ACCESS = 0x1F0FFF
    _EXTENDED_LIMIT_INFORMATION = 9
    _KILL_ON_JOB_CLOSE = 0x2000

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
            ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _BasicLimits),
            ("IoInfo", ctypes.c_ulonglong * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    class JobGroup:
        """A child and its offspring in a job object of their own."""

        def __init__(self, pid: int) -> None:
            kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            kernel.CreateJobObjectW.restype = wintypes.HANDLE
            kernel.OpenProcess.restype = wintypes.HANDLE
            kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
            kernel.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
            kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
            self._kernel = kernel
            self._pid = pid
            self._job = kernel.CreateJobObjectW(None, None)
            limits = _ExtendedLimits()
            limits.BasicLimitInformation.LimitFlags = _KILL_ON_JOB_CLOSE
            kernel.SetInformationJobObject(
                wintypes.HANDLE(self._job), _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            process = kernel.OpenProcess(_PROCESS_ALL_ACCESS, False, pid)
            kernel.AssignProcessToJobObject(self._job, process)
            kernel.CloseHandle(process)

        def terminate(self) -> None:
            """Ctrl+Break to the child's console group."""
            try:
                os.kill(self._pid, signal.CTRL_BREAK_EVENT)
            except OSError:
                return

        def kill(self) -> None:
            """End every process of the job."""
            self._kernel.TerminateJobObject(self._job, 1)

        def close(self) -> None:
            """Close the job, which ends what is left in it."""
            self._kernel.CloseHandle(self._job)
