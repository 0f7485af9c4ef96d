"""A desktop portal that knows one setting, for programs on the same bus: run by the system's Python.

Arguments: the setting's namespace, its key, its value. Each line on stdin is the value from then on, and is told.
"""

import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME, PATH, SETTINGS = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)


class Portal(dbus.service.Object):
    """Answers `ReadOne` as the real one does."""

    def __init__(self, bus, space, key, value):
        super().__init__(dbus.service.BusName(NAME, bus), PATH)
        self.space, self.key, self.value = space, key, value

    @dbus.service.method(SETTINGS, in_signature="ss", out_signature="v")
    def ReadOne(self, space, key):
        """The value, or what the portal says of settings that it does not know."""
        if (space, key) != (self.space, self.key):
            raise dbus.exceptions.DBusException(
                "Requested setting not found", name="org.freedesktop.portal.Error.NotFound"
            )
        return self.value

    @dbus.service.signal(SETTINGS, signature="ssv")
    def SettingChanged(self, space, key, value):
        """Another value from now on."""

    def change(self, source, _condition):
        """A line came."""
        line = source.readline()
        if not line:
            loop.quit()
            return False
        self.value = typed(line.strip())
        self.SettingChanged(self.space, self.key, self.value)
        return True


def typed(text):
    """`true` and `false`, else an unsigned number."""
    return dbus.Boolean(text == "true") if text in ("true", "false") else dbus.UInt32(int(text))


DBusGMainLoop(set_as_default=True)
loop = GLib.MainLoop()
portal = Portal(dbus.SessionBus(), sys.argv[1], sys.argv[2], typed(sys.argv[3]))
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, portal.change)
print("ready", flush=True)
loop.run()
