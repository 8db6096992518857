#!/usr/bin/env bash
# Lance une commande avec un PostgreSQL jetable : dossier temporaire, prise Unix seulement, rien sur le réseau.
#
#   scripts/postgres_ephemere.sh .venv/bin/python -m pytest -n auto
#
# DATABASE_URL y mène. La grappe disparaît avec la commande, quelle que soit sa fin.
# Sans ménage automatique : des statistiques prises entre deux essais diraient vides des tables que le suivant remplit, et
# une requête de dix millisecondes y prendrait des minutes.
set -euo pipefail

BINAIRES=$(dirname "$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
[ -x "$BINAIRES/pg_ctl" ] || { echo "PostgreSQL est introuvable : lancez scripts/preparer.sh postgres." >&2; exit 1; }

DOSSIER=$(mktemp -d "${TMPDIR:-/tmp}/alliances-pg.XXXXXX")
comme_postgres=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$DOSSIER"
    comme_postgres=(runuser -u postgres --)
fi

nettoyer() {
    trap - EXIT INT TERM HUP
    (cd / && "${comme_postgres[@]}" "$BINAIRES/pg_ctl" -D "$DOSSIER/donnees" -m immediate stop >/dev/null 2>&1) || true
    rm -rf "$DOSSIER"
}
trap nettoyer EXIT
trap 'exit 130' INT TERM HUP

(
    cd /
    "${comme_postgres[@]}" "$BINAIRES/initdb" -D "$DOSSIER/donnees" -A trust -U postgres --no-sync \
        --locale=C.UTF-8 -E UTF8 >/dev/null
    "${comme_postgres[@]}" "$BINAIRES/pg_ctl" -D "$DOSSIER/donnees" -w -s -l "$DOSSIER/trace" -o "\
        -c listen_addresses='' -k '$DOSSIER' -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c autovacuum=off" start
)
export DATABASE_URL="postgres://postgres@/essais?host=$DOSSIER"
"$@"
