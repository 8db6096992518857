#!/usr/bin/env bash
# La démonstration : base, données de référence et de démonstration, file de travaux, serveur.
# Relancée, elle garde ce qui a été saisi.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=config.settings.dev DJANGO_RUNSERVER_HIDE_WARNING=true PYTHONUNBUFFERED=1
PORT=${PORT:-8000}
export ADRESSE_PUBLIQUE=${ADRESSE_PUBLIQUE:-http://127.0.0.1:$PORT}
python=.venv/bin/python

if (: >"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    echo "Le port $PORT sert déjà à autre chose; essayez : make demo PORT=$((PORT + 1))" >&2
    exit 1
fi

$python manage.py migrate --verbosity 0
$python manage.py charger_reference
$python manage.py charger_demonstration

processus=()
arreter() {
    trap - EXIT INT TERM HUP
    [ ${#processus[@]} = 0 ] || kill "${processus[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
}
trap arreter EXIT
trap 'exit 0' INT TERM HUP

export DEBUG=false # servie comme en production : les pages d’erreur sont les nôtres
$python manage.py ouvrier --verbosity 0 &
processus+=($!)
printf "\nL’application répond à l’adresse http://127.0.0.1:%s (Ctrl+C pour arrêter).\n" "$PORT"
$python manage.py runserver --noreload "127.0.0.1:$PORT" &
processus+=($!)
wait $!
