"""Why a supervisor does not start or does not go on."""

from frontline.kernel.errors import DeskError


class AlreadyRunning(DeskError):
    """Frontline already runs on the data in {data}: process {pid}, {address}. Use it, stop it with `kill {pid}`, or choose another folder with --data."""  # noqa: E501 (one sentence a reader sees whole)


class AddressTaken(DeskError):
    """Port {port} on {host} cannot be used: {why}. Stop what has it, or choose another with --port."""


class BadAddress(DeskError):
    """Frontline cannot listen on {host}, port {port}: {why}."""


class PreparationFailed(DeskError):
    """`{command}` failed (exit code {code}); its own lines above say why. Nothing was started."""


class KeepsDying(DeskError):
    """{name} ended {times} times right after its start (last: {how}); its own lines above say why. Everything was stopped."""  # noqa: E501


class BadLifeline(DeskError):
    """FRONTLINE_LIFELINE is {value!r}, which no supervisor wrote. Leave it unset to run this command by itself."""
