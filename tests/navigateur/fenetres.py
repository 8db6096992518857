"""Des fenêtres de personnes connectées, et leurs gestes : suivre un lien, cliquer, remplir, tabuler."""

import re

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


class Fenetres:
    """`fenetres(personne)` : sa fenêtre, connectée par la page; garde les erreurs de la console."""

    def __init__(self, navigateur, reglages, adresse):
        self.navigateur, self.reglages = navigateur, reglages | {"base_url": adresse}
        self.ouvertes, self.ecarts = [], []

    def __call__(self, personne):
        contexte = self.navigateur.new_context(**self.reglages)
        contexte.set_default_timeout(20_000)
        contexte.set_default_navigation_timeout(60_000)
        self.ouvertes.append(contexte)
        page = contexte.new_page()
        page.on("pageerror", lambda erreur: self.ecarts.append(f"{page.url} : {erreur}"))
        page.on("console", lambda m: "Refused to" in m.text and self.ecarts.append(f"{page.url} : {m.text}"))
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
    """Remplit un formulaire par libellé; les textes riches se tapent, les choix se cochent."""
    for libelle, valeur in saisie.items():
        nommes = page.get_by_label(re.compile(f"^{re.escape(libelle)}"))
        champ = nommes.and_(page.locator(":not(section, .defilant)")).first  # un tableau peut porter ce nom
        if valeur is True:
            champ.check()
        elif champ.evaluate("e => e.tagName") == "SELECT":
            champ.select_option(label=valeur)
        else:
            champ.fill(valeur)
