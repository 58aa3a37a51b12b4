#!/bin/sh
# Lists what Casefile is made of (build/sbom.json, CycloneDX), then looks each locked package up among known
# vulnerabilities. An audit that could not be done is said and fails: silence would be taken for safety.
set -u
cd "$(dirname "$0")/.."
mkdir -p build

.venv/bin/cyclonedx-py requirements requirements.lock --of JSON --output-reproducible -o build/sbom.json || exit 2
echo "Nomenclature écrite : build/sbom.json"

report=$(.venv/bin/python -m pip_audit --strict --disable-pip --require-hashes -r requirements.lock \
  --progress-spinner off --timeout 20 2>&1)
status=$?
echo "$report"
if [ "$status" = 0 ]; then
  echo "Aucune vulnérabilité connue dans les paquets verrouillés."
  exit 0
fi
case $report in
  *"known vulnerabilit"*) echo "Des vulnérabilités sont connues : mettez à jour, puis « make lock »." >&2; exit 1 ;;
esac
echo "AUDIT NON FAIT : la base des vulnérabilités n'a pas pu être consultée. Relancez avec un accès au réseau." >&2
exit 3
