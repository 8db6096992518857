#!/usr/bin/env bash
# Prépare le poste : bibliothèques et polices du système, puis environnement Python vérifié par empreintes.
#
#   scripts/preparer.sh                        ce qu’il faut pour servir l’application
#   scripts/preparer.sh essais                 + Java pour veraPDF; échoue si les PDF ne peuvent pas être produits
#   scripts/preparer.sh essais navigateur      + Chromium, pour les essais dans un vrai navigateur
#   scripts/preparer.sh essais postgres        + le serveur PostgreSQL de Debian
#
# Sans argument, ce qui manque au système est dit et l’on continue; avec « essais », on s’arrête.
set -euo pipefail
cd "$(dirname "$0")/.."

dire() { printf '%s\n' "$*" >&2; }
mourir() { dire "$*"; exit 1; }

EXIGER=non NAVIGATEUR=non POSTGRES=non
for mot in "$@"; do
    case "$mot" in
        essais) EXIGER=oui ;;
        navigateur) NAVIGATEUR=oui ;;
        postgres) POSTGRES=oui ;;
        *) mourir "scripts/preparer.sh ne connaît pas « $mot »." ;;
    esac
done

# --- Ce qui manque -----------------------------------------------------------------------------------------
convient() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

trouver_python() {
    local candidat
    for candidat in "${PYTHON:-}" .venv/bin/python python3.11 python3.12 python3.13 python3.14 python3 python; do
        [ -n "$candidat" ] && command -v "$candidat" >/dev/null 2>&1 && convient "$candidat" && {
            command -v "$candidat"
            return
        }
    done
    return 1
}

# On éprouve la chose et non le paquet : une police posée à la main, un système sans dpkg conviennent aussi.
a_bibliotheque() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }
a_police() { [ -n "$(fc-list "$1" family 2>/dev/null)" ]; }
a_jdk() { java --list-modules 2>/dev/null | grep '^jdk\.compiler@' >/dev/null; }
a_jaxb() { [ -e "${JAXB:-/usr/share/java/jaxb-runtime.jar}" ]; }
a_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

# Remplit « manquants » : les paquets de Debian qui apportent ce qui n’est pas là.
chercher() {
    manquants=()
    python=$(trouver_python) || { manquants+=(python3 python3-venv) && python=python3; }
    a_bibliotheque libpango-1.0.so.0 || manquants+=(libpango-1.0-0)
    a_bibliotheque libpangoft2-1.0.so.0 || manquants+=(libpangoft2-1.0-0)
    a_bibliotheque libharfbuzz-subset.so.0 || manquants+=(libharfbuzz-subset0)
    a_police "Open Sans" || manquants+=(fonts-open-sans)
    a_police "Roboto" || manquants+=(fonts-roboto)
    a_police "DejaVu Sans Mono" || manquants+=(fonts-dejavu-core)
    if [ "$EXIGER" = oui ]; then
        a_jdk || manquants+=(default-jdk-headless)
        a_jaxb || manquants+=(libjaxb-java)
    fi
    if [ "$NAVIGATEUR" = oui ]; then
        command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null || manquants+=(chromium)
        a_bibliotheque libatomic.so.1 || manquants+=(libatomic1)
    fi
    [ "$POSTGRES" = non ] || a_postgres || manquants+=(postgresql)
}

# --- Système ----------------------------------------------------------------------------------------------
peut_installer() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        prefixe=()
    else
        command -v sudo >/dev/null && sudo -n true 2>/dev/null && prefixe=(sudo -n)
    fi
}

en_root() { "${prefixe[@]}" env DEBIAN_FRONTEND=noninteractive "$@"; }
apt_get() { en_root apt-get -qq -o DPkg::Lock::Timeout=120 "$@" 2>&1; }
ajouter() { apt_get install -y --no-install-recommends "$@"; }

# Le paquet de Debian crée et démarre une grappe du système : on le lui défend, le temps de l’installation.
installer_postgres() {
    local reglage=/etc/postgresql-common/createcluster.conf sauvegarde rc=0
    ajouter postgresql-common || return
    sauvegarde=$(mktemp)
    cp "$reglage" "$sauvegarde"
    en_root pg_conftool "$reglage" set create_main_cluster false
    ajouter postgresql || rc=$?
    en_root cp "$sauvegarde" "$reglage"
    rm -f "$sauvegarde"
    return $rc
}

# Un paquet introuvable n’empêche pas d’installer les autres; ce qu’apt en dit s’affiche.
installer() {
    local paquet trace
    dire "Installation de : ${manquants[*]}…"
    apt_get update >/dev/null || true
    for paquet in "${manquants[@]}"; do
        if [ "$paquet" = postgresql ]; then
            trace=$(installer_postgres) || dire "$trace"
        else
            trace=$(ajouter "$paquet") || dire "$trace"
        fi
    done
}

# Sans droit d’installer, une phrase donne la commande; l’application se passe de PDF, les essais non.
preparer_systeme() {
    local commande
    chercher
    [ ${#manquants[@]} != 0 ] || return 0
    if peut_installer; then
        installer
        chercher
        [ ${#manquants[@]} != 0 ] || return 0
    fi
    commande="sudo apt-get install --no-install-recommends ${manquants[*]}"
    command -v apt-get >/dev/null || commande="l’équivalent, ici, des paquets de Debian ${manquants[*]}"

    trouver_python >/dev/null || mourir "Il faut Python 3.11 ou plus récent, avec son module venv : $commande"
    [ "$EXIGER" = non ] || mourir "Il manque au système de quoi faire tous les essais : $commande"
    if a_bibliotheque libpango-1.0.so.0 && a_bibliotheque libpangoft2-1.0.so.0; then
        dire "On continue, mais les documents PDF n’auront pas toutes leurs polices; pour les avoir : $commande"
    else
        dire "On continue sans documents PDF; pour les avoir : $commande"
    fi
}

# --- Python -----------------------------------------------------------------------------------------------
creer_environnement() {
    [ -x .venv/bin/python ] && convient .venv/bin/python && return
    dire "Création de l’environnement .venv avec $("$python" --version)…"
    rm -rf .venv
    "$python" -m venv .venv
}

# uv est rapide, mais ignore les réglages de pip (miroir, certificats) : s’il échoue, pip prend le relais.
installer_paquets() {
    local empreinte pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes)
    empreinte=$(cat requirements.txt requirements-dev.txt | sha256sum | cut -d' ' -f1)
    [ "$(cat .venv/.empreinte 2>/dev/null)" = "$empreinte" ] && return
    dire "Installation des paquets Python, vérifiés par empreintes…"
    sed -n '/^uv==/,/[^\\]$/p' requirements-dev.txt | "${pip[@]}" --no-deps -r /dev/stdin
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-dev.txt 2>/dev/null || {
        dire "uv n’y arrive pas ici : pip prend le relais (comptez deux minutes)."
        "${pip[@]}" -r requirements-dev.txt
    }
    printf '%s\n' "$empreinte" >.venv/.empreinte
}

preparer_systeme
creer_environnement
installer_paquets
