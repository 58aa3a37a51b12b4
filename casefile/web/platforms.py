"""Which platform a pasted address belongs to; what is not recognised is an ordinary site, never a guess."""

from __future__ import annotations

from urllib.parse import urlsplit

OTHER_SITE = "site"
# host → platform; a sub-domain belongs to its domain.
HOSTS = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "x.com": "x",
    "twitter.com": "x",
    "tiktok.com": "tiktok",
    "linkedin.com": "linkedin",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "trustpilot.com": "trustpilot",
    "tripadvisor.fr": "tripadvisor",
    "tripadvisor.com": "tripadvisor",
    "pagesjaunes.fr": "pagesjaunes",
    "doctolib.fr": "doctolib",
    "reddit.com": "reddit",
    "discord.com": "discord",
    "maps.app.goo.gl": "google_maps",
    "g.page": "google_maps",
}
GOOGLE = ("google.com", "google.fr")


def platform_of(url: str) -> str:
    """Give the directory's key of the platform that serves an address."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return OTHER_SITE
    if any(host == name or host.endswith(f".{name}") for name in GOOGLE):
        return "google_maps" if host.startswith("maps.") or parts.path.startswith("/maps") else OTHER_SITE
    return next((key for name, key in HOSTS.items() if host == name or host.endswith(f".{name}")), OTHER_SITE)
