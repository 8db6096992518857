"""Des fenêtres de personnes connectées, et leurs gestes : suivre un lien, cliquer, remplir, tabuler.

`Fenetre` les offre comme `tests.outils.visiteuse.Visiteuse` : une même histoire se joue avec et sans navigateur.
"""

import re

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.test_parcours import MOT_DE_PASSE, code_de_validation

FOCUS = """() => {
  const e = document.activeElement, r = e.getClientRects()[0];
  const traits = [getComputedStyle(e), getComputedStyle(e, '::after')];
  if (!r) return ['', false, ''];
  const dessus = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
  const libre = dessus && (e.contains(dessus) || dessus.contains(e) || e.labels?.[0]?.contains(dessus));
  return [
    (e.labels?.[0]?.textContent || e.textContent || '').trim().replace(/\\s+/g, ' '),
    traits.some(t => t.outlineStyle !== 'none' || t.boxShadow !== 'none'),
    libre ? '' : dessus?.outerHTML.slice(0, 120) ?? 'rien',
  ];
}"""


TELEPHONE = {"width": 360, "height": 740}
DEPLIER = "e => { const replie = e.closest('details'); if (replie) replie.open = true; }"
DEBORDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Fenetres:
    """`fenetres(personne)` : sa fenêtre, connectée par la page; garde les erreurs de la console."""

    def __init__(self, navigateur, reglages, adresse):
        self.navigateur, self.reglages = navigateur, reglages | {"base_url": adresse}
        self.ouvertes, self.ecarts = [], []

    def _neuve(self):
        contexte = self.navigateur.new_context(**self.reglages)
        contexte.set_default_timeout(20_000)
        contexte.set_default_navigation_timeout(60_000)
        self.ouvertes.append(contexte)
        page = contexte.new_page()
        page.on("pageerror", lambda erreur: self.ecarts.append(f"{page.url} : {erreur}"))
        page.on("console", lambda m: "Refused to" in m.text and self.ecarts.append(f"{page.url} : {m.text}"))
        return page

    def deja_connectee(self, personne):
        """Sa fenêtre, sans passer par la page de connexion : elle a son propre essai."""
        client, page = Client(), self._neuve()
        client.force_login(personne)
        seance = {"name": settings.SESSION_COOKIE_NAME, "url": self.reglages["base_url"]}
        page.context.add_cookies([seance | {"value": client.session.session_key}])
        return page

    def __call__(self, personne):
        page = self._neuve()
        page.goto("/")
        page.get_by_label("Adresse courriel").fill(personne.courriel)
        page.get_by_label("Mot de passe", exact=False).first.fill(MOT_DE_PASSE)
        cliquer(page, "Se connecter")
        if page.get_by_role("heading", name="Code de validation").count():
            page.get_by_label("Code").fill(code_de_validation())
            cliquer(page, "Se connecter")
        expect(page.get_by_role("heading", name=f"Bonjour {personne.prenom}")).to_be_visible()
        return page

    def fermer(self):
        for contexte in self.ouvertes:
            contexte.close()


def suivre(page, nom):
    """Suit le premier lien de ce nom; rend la main quand la page suivante est entière."""
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(f"^{re.escape(nom)}")).first.click()


def cliquer(page, nom):
    """Appuie sur le premier bouton de ce nom; rend la main quand la page suivante est entière."""
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(f"^{re.escape(nom)}")).first.click()


def entrer(page):
    """Entrée, sur ce qui a le focus; rend la main quand la page suivante est entière."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def atteindre(page, nom):
    """Tabule jusqu'à l'élément de ce nom; le focus se voit et rien ne le couvre."""
    for _ in range(80):
        page.keyboard.press("Tab")
        texte, marque, couvert = page.evaluate(FOCUS)
        if texte.startswith(nom):
            assert marque, f"le focus sur « {nom} » ne se voit pas à {page.url}"
            assert not couvert, f"« {nom} » a le focus sous {couvert} à {page.url}"
            return
    raise AssertionError(f"« {nom} » ne s’atteint pas au clavier à {page.url}")


def dit(page, phrase):
    expect(page.get_by_text(phrase).first).to_be_visible()


def editeur(page):
    return page.get_by_role("textbox", name="Votre texte")


def remplir(page, saisie):
    """Remplit un formulaire par libellé, ou par (ligne ou groupe, libellé); les choix se cochent."""
    for libelle, valeur in saisie.items():
        ou, libelle = libelle if isinstance(libelle, tuple) else (None, libelle)
        nommes = (groupe(page, ou) if ou else page).get_by_label(re.compile(f"^{re.escape(libelle)}"))
        champ = nommes.and_(page.locator(":not(section, .defilant, form)")).first  # eux aussi ont un nom
        champ.evaluate(DEPLIER)
        if valeur is True:
            champ.check()
        elif hasattr(valeur, "read"):
            fichier = {"name": valeur.name, "mimeType": valeur.content_type, "buffer": valeur.read()}
            champ.set_input_files(fichier)
        elif champ.evaluate("e => e.tagName") == "SELECT":
            champ.select_option(label=valeur)
        else:
            champ.fill(valeur)


def groupe(page, ou):
    """La ligne d'un tableau, ou le groupe de champs, dont le titre commence ainsi."""
    titre = page.locator("th, legend").filter(has_text=re.compile(rf"^\s*{re.escape(ou)}"))
    return page.locator("tr, fieldset").filter(has=titre).first


class Fenetre:
    """Les gestes de `Visiteuse`, dans une vraie page; au téléphone, aucune n'y déborde."""

    def __init__(self, page, etroite=False):
        self.page, self.etroite = page, etroite
        if etroite:
            page.set_viewport_size(TELEPHONE)

    def ouvrir(self, adresse):
        self.page.goto(adresse)
        return self._tenir()

    def suivre(self, nom):
        suivre(self.page, nom)
        return self._tenir()

    def envoyer(self, bouton, saisie=None):
        remplir(self.page, saisie or {})
        cliquer(self.page, bouton)
        return self._tenir()

    def voir(self, *phrases):
        for phrase in phrases:
            dit(self.page, phrase)
        return self

    def ne_pas_voir(self, *phrases):
        for phrase in phrases:
            expect(self.page.get_by_text(phrase)).to_have_count(0)
        return self

    def lire_le_fichier(self, nom):
        with self.page.expect_download() as recu:
            self.page.get_by_role("link", name=nom).first.click()
        return recu.value.path().read_bytes()

    def _tenir(self):
        if self.etroite:
            assert self.page.evaluate(DEBORDE) <= 0, f"{self.page.url} déborde"
        return self
