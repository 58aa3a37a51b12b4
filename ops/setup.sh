#!/bin/sh
# Installs what Casefile needs: system packages (through apt, when root and missing), then the locked Python packages.
# It does nothing when everything is there, so that `make run` may call it each time.
set -eu
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
packages=""

need() { # need COMMAND PACKAGE…: remember the packages when the command is missing
  command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
need_font() { # need_font FAMILY PACKAGE
  { command -v fc-list >/dev/null 2>&1 && fc-list | grep -qi "$1"; } || packages="$packages $2"
}

command -v "$PYTHON" >/dev/null 2>&1 || packages="$packages python3"
"$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 || packages="$packages python3-venv"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || packages="$packages chromium"
need fc-list fontconfig
need_font "Noto Color Emoji" fonts-noto-color-emoji
need_font "Noto Sans CJK" fonts-noto-cjk
need_font "NotoSansArabic" fonts-noto-core
need_font "Liberation" fonts-liberation2
need tesseract "tesseract-ocr tesseract-ocr-fra"
need pdftotext poppler-utils
need qpdf qpdf
need openssl openssl
ldconfig -p 2>/dev/null | grep -q libmagic.so.1 || packages="$packages libmagic1"

if [ -n "$packages" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installation des paquets système :$packages"
    apt-get update -qq
    # shellcheck disable=SC2086 -- the list is ours and is meant to be split
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  else
    echo "Il manque des paquets système. Installez-les, puis relancez la commande : sudo apt-get install$packages" >&2
    exit 1
  fi
fi

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Casefile demande Python 3.11 ou plus récent ; version trouvée : $("$PYTHON" --version)." >&2
  exit 1
}

stamp=.venv/installed.sha256
wanted=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  echo "Installation des paquets Python : quelques minutes la première fois."
  [ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
  # The lock is complete, so nothing is resolved again: an older pip, on meeting `coverage[toml]`, asks the registry for
  # the newest release and refuses it for want of a hash, the day that one comes out.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  .venv/bin/python -m pip --disable-pip-version-check check >/dev/null || {
    echo "Le fichier requirements.lock est incomplet : relancez « make lock », puis la commande." >&2
    exit 1
  }
  echo "$wanted" > "$stamp"
fi

# Compiled here: the service may write nothing beside the sources, and would compile them all again at each start.
.venv/bin/python -m compileall -q casefile migrations
