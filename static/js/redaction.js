/* L’éditeur de texte riche. Sans ce module, la zone de texte en notation légère suffit.
   Les commandes sont celles du navigateur (execCommand) : elles donnent l’annulation et la saisie vocale. */

import { adresseSure, echapper, nettoyer, nettoyerTexte } from "./collage.js";
import { insererDesBlocs } from "./insertion.js";
import { ajouterColonne, ajouterRangee, colonneDe, retirer } from "./tableaux.js";

const BOUTONS = [
  { geste: "gras", libelle: "Gras", commande: "bold", bascule: true, touches: "Control+B" },
  { geste: "italique", libelle: "Italique", commande: "italic", bascule: true, touches: "Control+I" },
  { geste: "titre", libelle: "Titre", bloc: "h3", bascule: true },
  { geste: "sous-titre", libelle: "Sous-titre", bloc: "h4", bascule: true },
  { geste: "puces", libelle: "Liste à puces", commande: "insertUnorderedList", bascule: true },
  { geste: "numeros", libelle: "Liste numérotée", commande: "insertOrderedList", bascule: true },
  { geste: "lien", libelle: "Lien", boite: "lien", touches: "Control+K" },
  { geste: "tableau", libelle: "Tableau", boite: "tableau" },
  { geste: "annuler", libelle: "Annuler", commande: "undo", touches: "Control+Z" },
  { geste: "retablir", libelle: "Rétablir", commande: "redo", touches: "Control+Y" },
];
const nombre = new Intl.NumberFormat("fr-CA");

function creer(balise, attributs = {}, ...enfants) {
  const element = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs)) {
    if (valeur !== false && valeur != null) element.setAttribute(nom, valeur === true ? "" : valeur);
  }
  element.append(...enfants);
  return element;
}

class Redaction {
  constructor(enveloppe) {
    this.enveloppe = enveloppe;
    this.source = enveloppe.querySelector("textarea");
    this.format = enveloppe.querySelector(`input[name="${CSS.escape(this.source.name)}_format"]`);
    this.id = this.source.id || `redaction-${this.source.name}`;
    this.construire();
    this.ecouter();
    this.compter();
  }

  construire() {
    const etiquette = document.querySelector(`label[for="${CSS.escape(this.id)}"]`);
    if (etiquette) {
      etiquette.id ||= `${this.id}_libelle`;
      etiquette.addEventListener("click", () => this.texte.focus());
    }
    // L’éditeur prend l’id du champ : le sommaire d’erreurs et le libellé y mènent.
    this.source.id = `${this.id}_source`;
    this.source.hidden = true;
    this.outils = creer("div", { class: "outils", role: "toolbar", "aria-label": "Mise en forme", "aria-controls": this.id });
    this.boutons = BOUTONS.map((b, rang) => this.bouton(b, rang));
    this.outils.append(...this.boutons);
    this.boite = creer("div", { class: "boite", role: "group", hidden: true });
    this.texte = creer("div", {
      id: this.id,
      class: "texte texte-riche",
      contenteditable: "true",
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": etiquette?.id,
      "aria-label": etiquette ? null : "Texte",
      "aria-describedby": this.source.getAttribute("aria-describedby"),
      "aria-required": this.source.getAttribute("aria-required"),
      "aria-invalid": this.source.getAttribute("aria-invalid"),
      spellcheck: "true",
    });
    this.texte.append(this.enveloppe.querySelector("template").content.cloneNode(true));
    this.compte = creer("p", { class: "compte" });
    this.annonce = creer("p", { class: "visuellement-cache", role: "status" });
    this.enveloppe.append(this.outils, this.boite, this.texte, this.compte, this.annonce);
    this.enveloppe.classList.add("enrichie");
    const notation = this.enveloppe.nextElementSibling;
    if (notation?.matches(".notation")) notation.hidden = true;
    document.execCommand("defaultParagraphSeparator", false, "p");
    this.completer();
  }

  bouton({ geste, libelle, bascule, boite, touches }, rang) {
    return creer(
      "button",
      {
        type: "button",
        "data-geste": geste,
        tabindex: rang ? "-1" : "0",
        "aria-pressed": bascule ? "false" : null,
        "aria-expanded": boite ? "false" : null,
        "aria-keyshortcuts": touches,
        title: touches ? `${libelle} (${touches.replace("Control", "Ctrl")})` : null,
      },
      libelle,
    );
  }

  ecouter() {
    this.outils.addEventListener("mousedown", (e) => e.preventDefault()); // la sélection reste dans le texte
    this.outils.addEventListener("click", (e) => {
      const bouton = e.target.closest("button");
      if (bouton) this.agir(BOUTONS[this.boutons.indexOf(bouton)], bouton);
    });
    this.outils.addEventListener("keydown", (e) => this.parcourirLesOutils(e));
    this.outils.addEventListener("focusin", (e) => this.boutons.forEach((b) => (b.tabIndex = b === e.target ? 0 : -1)));
    this.boite.addEventListener("input", (e) => e.stopPropagation());
    this.boite.addEventListener("change", (e) => e.stopPropagation());
    this.boite.addEventListener("keydown", (e) => this.toucheDeBoite(e));
    this.texte.addEventListener("keydown", (e) => this.raccourci(e));
    this.texte.addEventListener("paste", (e) => this.coller(e, e.clipboardData));
    this.texte.addEventListener("beforeinput", (e) => {
      if (e.inputType === "formatUnderline") e.preventDefault();
      if (e.inputType === "insertFromDrop") this.coller(e, e.dataTransfer);
    });
    this.texte.addEventListener("input", () => {
      this.completer();
      this.compter();
    });
    document.addEventListener("selectionchange", () => this.suivreLaSelection());
    this.source.form?.addEventListener("formdata", (e) => {
      e.formData.set(this.source.name, this.html());
      e.formData.set(this.format.name, "html");
    });
    this.source.form?.addEventListener("reset", () => location.reload());
  }

  /* Ce qui est envoyé : rien si aucun mot n’est écrit. */
  html() {
    return this.texte.textContent.trim() ? this.texte.innerHTML : "";
  }

  // -- sélection ----------------------------------------------------------------------------------------------

  suivreLaSelection() {
    const selection = document.getSelection();
    if (!selection.rangeCount || !this.texte.contains(selection.anchorNode)) return;
    this.portee = selection.getRangeAt(0).cloneRange();
    const bloc = document.queryCommandValue("formatBlock").toLowerCase();
    BOUTONS.forEach((b, rang) => {
      if (!b.bascule) return;
      const actif = b.bloc ? bloc === b.bloc : document.queryCommandState(b.commande);
      this.boutons[rang].setAttribute("aria-pressed", String(actif));
    });
  }

  reprendre() {
    this.texte.focus();
    if (!this.portee) return;
    const selection = document.getSelection();
    selection.removeAllRanges();
    selection.addRange(this.portee);
  }

  dans(balise) {
    const noeud = this.portee?.startContainer;
    const element = noeud?.nodeType === Node.TEXT_NODE ? noeud.parentElement : noeud;
    const trouve = element?.closest(balise);
    return trouve && this.texte.contains(trouve) ? trouve : null;
  }

  // -- gestes -------------------------------------------------------------------------------------------------

  agir(geste, bouton) {
    if (geste.boite) {
      this.ouvrirBoite(geste.boite, bouton);
      return;
    }
    const auClavier = document.activeElement === bouton;
    this.reprendre();
    if (geste.bloc) {
      const deja = document.queryCommandValue("formatBlock").toLowerCase() === geste.bloc;
      document.execCommand("formatBlock", false, deja ? "p" : geste.bloc);
    } else document.execCommand(geste.commande);
    this.suivreLaSelection();
    if (auClavier) bouton.focus();
  }

  raccourci(e) {
    const commande = e.ctrlKey || e.metaKey;
    if (e.altKey && e.key === "F10") {
      e.preventDefault();
      this.boutons.find((b) => b.tabIndex === 0).focus();
    } else if (commande && e.key.toLowerCase() === "k") {
      e.preventDefault();
      this.ouvrirBoite("lien", this.boutonDe("lien"));
    } else if (commande && (e.key === "]" || e.key === "[") && this.dans("li")) {
      e.preventDefault();
      document.execCommand(e.key === "]" ? "indent" : "outdent");
    }
  }

  parcourirLesOutils(e) {
    const rang = this.boutons.indexOf(document.activeElement);
    const dernier = this.boutons.length - 1;
    const cible = { ArrowRight: rang === dernier ? 0 : rang + 1, ArrowLeft: rang ? rang - 1 : dernier, Home: 0, End: dernier }[e.key];
    if (cible !== undefined) {
      e.preventDefault();
      this.boutons[cible].focus();
    } else if (e.key === "Escape") {
      e.preventDefault();
      this.reprendre();
    }
  }

  boutonDe(geste) {
    return this.boutons.find((b) => b.dataset.geste === geste);
  }

  // -- boîtes (lien, tableau) ---------------------------------------------------------------------------------

  ouvrirBoite(nom, bouton) {
    if (!this.boite.hidden && this.boite.dataset.nom === nom) {
      this.fermerBoite();
      return;
    }
    this.fermerBoite(false);
    this.boite.dataset.nom = nom;
    this.boite.setAttribute("aria-label", nom === "lien" ? "Lien" : "Tableau");
    this.boite.replaceChildren(...(nom === "lien" ? this.boiteDuLien() : this.boiteDuTableau()));
    this.boite.hidden = false;
    bouton.setAttribute("aria-expanded", "true");
    this.boite.querySelector("input, button").focus();
  }

  fermerBoite(revenir = true) {
    this.boite.hidden = true;
    for (const bouton of this.boutons) if (bouton.hasAttribute("aria-expanded")) bouton.setAttribute("aria-expanded", "false");
    if (revenir) this.reprendre();
  }

  toucheDeBoite(e) {
    if (e.key === "Escape") this.fermerBoite();
    else if (e.key === "Enter" && e.target.localName === "input") this.boite.querySelector("[data-principal]").click();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  champDeBoite(nom, libelle, attributs = {}) {
    const id = `${this.id}_${nom}`;
    return creer("div", { class: "champ" }, creer("label", { for: id }, libelle), creer("input", { id, type: "text", autocomplete: "off", ...attributs }));
  }

  actionDeBoite(libelle, faire, principal = false) {
    const bouton = creer("button", { type: "button", class: principal ? "bouton mince" : "bouton second mince", "data-principal": principal }, libelle);
    bouton.addEventListener("click", faire);
    return bouton;
  }

  boiteDuLien() {
    const lien = this.dans("a");
    const choisi = lien?.textContent ?? this.portee?.toString() ?? "";
    const adresse = this.champDeBoite("adresse", "Adresse du lien", { value: lien?.getAttribute("href") ?? "", inputmode: "url", "aria-describedby": `${this.id}_adresse_erreur` });
    const mots = this.champDeBoite("mots", "Mots du lien", { value: choisi });
    const erreur = creer("p", { class: "erreur", id: `${this.id}_adresse_erreur` });
    const poser = () => this.poserLien(lien, adresse.querySelector("input"), mots.querySelector("input").value.trim(), erreur);
    const actions = creer("div", { class: "actions" }, this.actionDeBoite("Poser le lien", poser, true));
    if (lien) actions.append(this.actionDeBoite("Retirer le lien", () => this.retirerLien(lien)));
    actions.append(this.actionDeBoite("Fermer", () => this.fermerBoite()));
    return [adresse, erreur, mots, actions];
  }

  poserLien(lien, champ, mots, erreur) {
    let adresse = champ.value.trim();
    if (/^[^\s@/:]+@[^\s@]+\.[^\s@]+$/.test(adresse)) adresse = `mailto:${adresse}`;
    else if (/^[^\s/:]+\.[a-z]{2,}(\/\S*)?$/i.test(adresse)) adresse = `https://${adresse}`;
    if (!adresseSure(adresse)) {
      erreur.textContent = "Écrivez une adresse Web ou de courriel, par exemple https://www.quebec.ca.";
      champ.setAttribute("aria-invalid", "true");
      champ.focus();
      return;
    }
    if (lien) this.choisir(lien);
    this.fermerBoite();
    document.execCommand("insertHTML", false, `<a href="${echapper(adresseSure(adresse))}">${echapper(mots || adresse.replace(/^mailto:/, ""))}</a>`);
  }

  retirerLien(lien) {
    this.choisir(lien);
    this.fermerBoite();
    document.execCommand("unlink");
  }

  choisir(element) {
    this.portee = document.createRange();
    this.portee.selectNode(element);
  }

  boiteDuTableau() {
    const cellule = this.dans("td, th");
    const fermer = this.actionDeBoite("Fermer", () => this.fermerBoite());
    if (cellule) {
      const geste = (libelle, faire) => this.actionDeBoite(libelle, () => this.changerTableau(cellule, faire));
      return [
        creer("div", { class: "actions" },
          geste("Ajouter une rangée", ajouterRangee), geste("Ajouter une colonne", ajouterColonne),
          geste("Retirer la rangée", (c) => retirer(c.closest("table"), [c.parentElement])),
          geste("Retirer la colonne", (c) => retirer(c.closest("table"), colonneDe(c))),
          geste("Retirer le tableau", (c) => c.closest("table").remove()), fermer),
      ];
    }
    const rangees = this.champDeBoite("rangees", "Rangées, sans l’en-tête", { value: "2", inputmode: "numeric", class: "taille-xs" });
    const colonnes = this.champDeBoite("colonnes", "Colonnes", { value: "3", inputmode: "numeric", class: "taille-xs" });
    const titre = this.champDeBoite("titre", "Titre du tableau");
    const lire = (champ, max) => Math.min(max, Math.max(1, Number.parseInt(champ.querySelector("input").value, 10) || 1));
    const poser = () => this.poserTableau(lire(rangees, 50), lire(colonnes, 12), titre.querySelector("input").value.trim());
    return [creer("div", { class: "rangee" }, rangees, colonnes), titre, creer("div", { class: "actions" }, this.actionDeBoite("Insérer le tableau", poser, true), fermer)];
  }

  poserTableau(rangees, colonnes, titre) {
    const suite = (n, html) => Array.from({ length: n }, () => html).join("");
    const entete = Array.from({ length: colonnes }, (_, i) => `<th scope="col">Colonne ${i + 1}</th>`).join("");
    const corps = suite(rangees, `<tr>${suite(colonnes, "<td><br></td>")}</tr>`);
    const legende = titre ? `<caption>${echapper(titre)}</caption>` : "";
    this.fermerBoite();
    // Un tableau ne vit pas dans un paragraphe : on le pose après le bloc où se trouve le curseur.
    let bloc = this.portee?.startContainer;
    while (bloc && bloc.parentNode !== this.texte) bloc = bloc.parentNode;
    const tableau = creer("table");
    tableau.innerHTML = `${legende}<thead><tr>${entete}</tr></thead><tbody>${corps}</tbody>`;
    if (bloc) bloc.after(tableau);
    else this.texte.append(tableau);
    const selection = document.getSelection();
    selection.selectAllChildren(tableau.querySelector("th"));
    this.annoncer(`Tableau de ${rangees + 1} rangées et ${colonnes} colonnes inséré.`);
    this.signaler();
  }

  changerTableau(cellule, faire) {
    const suivante = faire(cellule);
    this.portee = null;
    if (suivante?.isConnected) {
      this.portee = document.createRange();
      this.portee.selectNodeContents(suivante);
      this.portee.collapse(true);
    }
    this.fermerBoite();
    this.signaler();
  }

  // -- texte --------------------------------------------------------------------------------------------------

  coller(e, donnees) {
    e.preventDefault();
    const html = donnees?.getData("text/html");
    const texte = donnees?.getData("text/plain") ?? "";
    const propre = html ? nettoyer(html) : nettoyerTexte(texte);
    if (!propre) return;
    const simple = /^<p>((?:(?!<\/?p>).)*)<\/p>$/s.exec(propre); // un seul paragraphe se colle dans la ligne
    const [debut, fin] = [/^\s/, /\s$/].map((bord) => (bord.test(texte) ? "&nbsp;" : ""));
    if (simple) document.execCommand("insertHTML", false, debut + simple[1] + fin);
    else insererDesBlocs(this.texte, propre);
    this.annoncer("Texte collé; la mise en forme qui n’est pas permise a été retirée.");
  }

  /* Toujours un paragraphe où écrire, aussi après un tableau. */
  completer() {
    if (!this.texte.firstChild || this.texte.lastElementChild?.localName === "table") {
      this.texte.append(creer("p", {}, creer("br")));
    }
  }

  compter() {
    clearTimeout(this.minuterie);
    this.minuterie = setTimeout(() => {
      const mots = (this.texte.innerText.match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length;
      this.compte.textContent = `${nombre.format(mots)} mot${mots >= 2 ? "s" : ""}`;
    }, 200);
  }

  annoncer(phrase) {
    this.annonce.textContent = phrase;
  }

  signaler() {
    this.texte.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

export function enrichir(racine = document) {
  for (const enveloppe of racine.querySelectorAll("[data-redaction]:not(.enrichie)")) new Redaction(enveloppe);
}

enrichir();
document.addEventListener("htmx:load", (e) => enrichir(e.target.parentElement ?? document));
