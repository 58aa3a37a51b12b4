"""What the capturing machine is, measured and never configured: what cannot be read is « non établi », not invented."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casefile import clock

NTP_SERVERS = ("0.fr.pool.ntp.org", "1.fr.pool.ntp.org")
_NTP_SECONDS = 1.5
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def describe() -> dict[str, Any]:
    """Describe hardware, system, network and protections; None where nothing could be read."""
    return {
        "maker": _read("/sys/class/dmi/id/sys_vendor"),
        "model": _read("/sys/class/dmi/id/product_name"),
        "serial": _read("/sys/class/dmi/id/product_serial"),
        "virtual": _is_virtual(),
        "host_name": platform.node(),
        "system": _os_name(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "last_update": _last_update(),
        "local_address": _local_address(),
        "gateway": _gateway(),
        "dns_servers": re.findall(r"^nameserver\s+(\S+)", _read("/etc/resolv.conf") or "", re.MULTILINE),
        "proxy_variables": [name for name in _PROXY_VARIABLES if os.environ.get(name)],
        "antivirus": _antivirus(),
    }


def clock_offset(servers: tuple[str, ...] = NTP_SERVERS) -> dict[str, Any]:
    """Measure the clock against NTP, briefly; `offset` is None and `why` says so when no server answers."""
    local = _chrony()
    if local is not None:
        return local
    with ThreadPoolExecutor(max_workers=len(servers) or 1) as pool:
        asked = [pool.submit(_ask, server) for server in servers]
        answers = [answer for future in asked if (answer := _answer(future)) is not None]
    if not answers:
        return {"offset": None, "why": "aucun serveur de temps n’a répondu", "servers": list(servers)}
    return {"offset": answers[0]["offset"], "method": "NTP", "answers": answers}


def _ask(server: str) -> dict[str, Any]:
    import ntplib

    reply = ntplib.NTPClient().request(server, version=4, timeout=_NTP_SECONDS)
    return {"server": server, "offset": round(reply.offset, 6), "stratum": reply.stratum, "at": clock.now().isoformat()}


def _answer(future: Any) -> dict[str, Any] | None:
    from ntplib import NTPException

    try:
        answer: dict[str, Any] = future.result(timeout=_NTP_SECONDS + 0.5)
    except (OSError, NTPException, FutureTimeout):
        return None
    return answer


def _chrony() -> dict[str, Any] | None:
    command = shutil.which("chronyc")
    if command is None:
        return None
    done = subprocess.run([command, "-n", "tracking"], capture_output=True, text=True, timeout=2, check=False)  # noqa: S603 - fixed arguments
    match = re.search(r"System time\s*:\s*([\d.]+) seconds (fast|slow)", done.stdout)
    if done.returncode or match is None:
        return None
    sign = 1 if match[2] == "fast" else -1
    return {"offset": sign * float(match[1]), "method": "chrony", "detail": done.stdout[:2000]}


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None


def _is_virtual() -> bool | None:
    processor = _read("/proc/cpuinfo")
    return None if processor is None else " hypervisor" in processor


def _os_name() -> str | None:
    match = re.search(r'^PRETTY_NAME="?([^"\n]+)', _read("/etc/os-release") or "", re.MULTILINE)
    version = _read("/etc/debian_version")
    return f"{match[1]} ({version})" if match and version else (match[1] if match else None)


def _last_update() -> str | None:
    """Give the date of the last package change of a Debian system."""
    status = Path("/var/lib/dpkg/status")
    try:
        return datetime.fromtimestamp(status.stat().st_mtime, UTC).date().isoformat()
    except OSError:
        return None


def _local_address() -> str | None:
    """Ask the system which address it would leave from; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None


def _gateway() -> str | None:
    for line in (_read("/proc/net/route") or "").splitlines()[1:]:
        columns = line.split()
        if len(columns) > 2 and columns[1] == "00000000":  # noqa: PLR2004 - three columns
            return socket.inet_ntoa(bytes.fromhex(columns[2])[::-1])
    return None


def _antivirus() -> str | None:
    command = shutil.which("clamscan") or shutil.which("clamdscan")
    if command is None:
        return None
    done = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - fixed arguments
    return done.stdout.strip() or None
