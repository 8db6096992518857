"""Une personne sans JavaScript : elle lit les pages, suit leurs liens et remplit leurs formulaires par libellé.

Elle ne connaît ni nom d'URL ni nom de champ : ce qui ne se trouve pas dans la page n'existe pas.
"""

from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests.outils.html_accessible import Arbre, assert_html_accessible

ENVOIS = {"submit", "image"}
OUVERTS = {"text", "email", "password", "date", "number", "search", "tel", "url", "hidden", None}


class Introuvable(AssertionError):
    """La page n'offre pas ce que la personne cherche."""


def lisible(texte):
    return " ".join(texte.replace("\xa0", " ").split())


class Visiteuse:
    """Un navigateur sans script, jeton CSRF exigé."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)
        self.reponse = None
        self.adresse = "/"

    def ouvrir(self, adresse):
        return self._recevoir(self.client.get(adresse, follow=True), adresse)

    @property
    def texte(self):
        """Tout le texte de la page, d'une traite."""
        return lisible(self.page.texte())

    def voir(self, *phrases):
        """Exige que la page dise chaque phrase; une espace insécable vaut une espace."""
        for phrase in phrases:
            assert lisible(phrase) in self.texte, (
                f"« {phrase} » manque à {self.adresse} :\n{self.texte[:1500]}"
            )
        return self

    def ne_pas_voir(self, *phrases):
        for phrase in phrases:
            assert lisible(phrase) not in self.texte, f"« {phrase} » se lit à {self.adresse}"
        return self

    def suivre(self, libelle):
        """Suit le premier lien dont le texte commence ainsi."""
        for lien in self._noeuds("a"):
            if lien.lire("href") and lisible(lien.texte()).startswith(libelle):
                return self.ouvrir(urljoin(self.adresse, lien.lire("href")))
        raise Introuvable(f"Aucun lien « {libelle} » à {self.adresse} :\n{self.texte[:1500]}")

    def envoyer(self, bouton, saisie=None):
        """Remplit, par libellé, le formulaire qui porte ce bouton, et l'envoie."""
        commande = self._bouton(bouton)
        formulaire = self._formulaire(commande)
        donnees = self.valeurs(formulaire)
        for libelle, valeur in (saisie or {}).items():
            self._remplir(formulaire, donnees, libelle, valeur)
        if commande.lire("name"):
            donnees[commande.lire("name")] = [commande.lire("value") or ""]
        cible = commande.lire("formaction") or formulaire.lire("action") or self.adresse
        adresse = urljoin(self.adresse, cible)
        if (formulaire.lire("method") or "get").lower() == "post":
            reponse = self.client.post(adresse, donnees, follow=True, headers={"referer": self.adresse})
        else:
            reponse = self.client.get(adresse, donnees, follow=True)
        return self._recevoir(reponse, adresse)

    def lire_le_fichier(self, libelle):
        """Les octets du fichier que ce lien sert."""
        return self.suivre(libelle).telecharger()

    def telecharger(self):
        """Les octets du fichier que la dernière adresse a servi."""
        assert self.reponse.headers["Content-Disposition"].startswith("attachment"), self.texte[:500]
        return self.octets

    def _recevoir(self, reponse, adresse):
        chaine = getattr(reponse, "redirect_chain", None)
        self.adresse = urlsplit(urljoin(adresse, chaine[-1][0] if chaine else adresse))._replace(fragment="")
        self.adresse = self.adresse.geturl()
        self.reponse = reponse
        if reponse.streaming or not reponse.headers["Content-Type"].startswith("text/html"):
            self.octets = reponse.getvalue()
            return self
        assert_html_accessible(reponse)
        assert reponse.status_code in (200, 409), f"{reponse.status_code} à {self.adresse}"
        self.page = Arbre(reponse.content.decode()).racine
        self.noeuds = list(self.page.descendants())
        return self

    def _noeuds(self, *balises):
        return [n for n in self.noeuds if n.balise in balises]

    def _bouton(self, libelle):
        for bouton in self._noeuds("button", "input"):
            nom = bouton.texte() if bouton.balise == "button" else bouton.lire("value") or ""
            envoie = bouton.balise == "button" or bouton.lire("type") in ENVOIS
            if envoie and lisible(bouton.lire("aria-label") or nom).startswith(libelle):
                return bouton
        raise Introuvable(f"Aucun bouton « {libelle} » à {self.adresse} :\n{self.texte[:1500]}")

    def _formulaire(self, commande):
        if commande.lire("form"):
            return next(n for n in self._noeuds("form") if n.lire("id") == commande.lire("form"))
        return next(n for n in commande.ancetres() if n.balise == "form")

    def commandes(self, formulaire):
        """Les champs qu'une personne peut toucher."""
        for noeud in formulaire.descendants():
            if noeud.balise in ("input", "textarea", "select") and "disabled" not in noeud.attributs:
                yield noeud

    def valeurs(self, formulaire):
        """Ce que le navigateur enverrait sans rien toucher."""
        donnees = {}
        for champ in self.commandes(formulaire):
            nom, genre = champ.lire("name"), champ.lire("type")
            if not nom or genre in {*ENVOIS, "file", "button"}:
                continue
            if champ.balise == "textarea":
                donnees.setdefault(nom, []).append("\n".join(champ.textes))
            elif champ.balise == "select":
                options = [n for n in champ.descendants() if n.balise == "option"]
                choisies = [o for o in options if "selected" in o.attributs] or options[:1]
                donnees.setdefault(nom, []).extend(o.lire("value") or "" for o in choisies)
            elif genre in ("radio", "checkbox"):
                if "checked" in champ.attributs:
                    donnees.setdefault(nom, []).append(champ.lire("value") or "on")
            elif genre in OUVERTS:
                donnees.setdefault(nom, []).append(champ.lire("value") or "")
        return donnees

    def _remplir(self, formulaire, donnees, libelle, valeur):
        champ = self._champ(formulaire, libelle)
        nom, genre = champ.lire("name"), champ.lire("type")
        if champ.balise == "select":
            option = next(
                (n for n in champ.descendants() if n.balise == "option" and lisible(n.texte()) == valeur),
                None,
            )
            if option is None:
                raise Introuvable(f"« {libelle} » n’offre pas « {valeur} »")
            donnees[nom] = [option.lire("value")]
        elif genre == "radio":
            donnees[nom] = [champ.lire("value")]
        elif genre == "checkbox":
            cochees = [v for v in donnees.get(nom, []) if v != champ.lire("value")]
            donnees[nom] = [*cochees, champ.lire("value") or "on"] if valeur else cochees
        else:
            donnees[nom] = [valeur]

    def _groupe(self, formulaire, ou):
        for noeud in formulaire.descendants():
            if noeud.balise in ("tr", "fieldset") and lisible(noeud.enfants[0].texte()).startswith(ou):
                return noeud
        raise Introuvable(f"Aucune ligne ni aucun groupe « {ou} » à {self.adresse}")

    def _champ(self, formulaire, libelle):
        """Par son libellé, ou (« Source 2 », son libellé) quand plusieurs lignes ou groupes en ont un pareil."""
        if isinstance(libelle, tuple):
            ou, libelle = libelle
            formulaire = self._groupe(formulaire, ou)
        champs = {c.lire("id"): c for c in self.commandes(formulaire) if c.lire("id")}
        for etiquette in self._noeuds("label"):
            if etiquette.lire("for") in champs and lisible(etiquette.texte()).startswith(libelle):
                return champs[etiquette.lire("for")]
        for champ in self.commandes(formulaire):
            if lisible(champ.lire("aria-label") or "").startswith(libelle):
                return champ
        noms = [lisible(e.texte()) for e in self._noeuds("label") if e.lire("for") in champs]
        raise Introuvable(f"Aucun champ « {libelle} » à {self.adresse}; la page offre {noms}")
