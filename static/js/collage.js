/* Ramène un HTML collé (Word, Docs, page Web) à ce que la maison permet. Le serveur assainit de nouveau. */

const JETES = new Set("script x-style title svg math template noscript iframe object textarea select xml head meta link img audio video canvas button input del".split(" "));
const SEPARENT = new Set("p div blockquote pre section article header footer dl dt dd hr h1 h2 h3 h4 h5 h6".split(" "));
const TITRES = { h1: "h3", h2: "h3", h3: "h3", h4: "h4", h5: "h4", h6: "h4" };
const PUCE = /^\s*((?:[·•▪§◦o\uf0b7\uf0a7-]|\(?\d{1,3}[.)])\s)\s*/;
const NUMERO = /^\s*\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcdm]{1,6})[.)]\s*$/;

export function echapper(texte) {
  return texte.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

/* Une adresse http, https ou mailto; "" pour toute autre. */
export function adresseSure(adresse) {
  const nette = adresse.replace(/[\u0000-\u0020]/g, "");
  return /^(https?:\/\/[^/?#]|mailto:[^@]+@)/i.test(nette) ? nette : "";
}

/* La CSP signalerait chaque style et chaque gestionnaire du document lu : ils y sont de simples données. */
const PREFIXE = "data-collage-";

export function nettoyer(html) {
  const sansStyle = html.replace(/<(\/?)style/gi, "<$1x-style").replace(/([\s"'/])(style|on\w+)\s*=/gi, `$1${PREFIXE}$2=`);
  // Un document inerte : rien n’y est exécuté ni chargé.
  const inerte = new DOMParser().parseFromString(sansStyle, "text/html");
  const lecteur = new Lecteur();
  lecteur.lire(inerte.body, {});
  lecteur.vider();
  return ecrire(lecteur.blocs);
}

export function nettoyerTexte(texte) {
  return texte
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .filter((bloc) => bloc.trim())
    .map((bloc) => `<p>${echapper(bloc.trim()).replace(/\n/g, "<br>")}</p>`)
    .join("");
}

class Lecteur {
  blocs = [];
  tampon = "";
  genre = "p";
  listes = [];
  elements = [];
  word = 0;
  puce = "";

  lire(parent, marques) {
    for (const noeud of parent.childNodes) {
      if (noeud.nodeType === Node.TEXT_NODE) this.ajouter(noeud.data, marques);
      else if (noeud.nodeType === Node.ELEMENT_NODE) this.lireElement(noeud, marques);
    }
  }

  ajouter(texte, { gras, italique, lien }) {
    let html = echapper(texte.replaceAll(PREFIXE, "").replace(/[ \t\n\r\f]+/g, " "));
    if (!html) return;
    if (italique) html = `<em>${html}</em>`;
    if (gras) html = `<strong>${html}</strong>`;
    this.tampon += lien ? `<a href="${echapper(lien)}">${html}</a>` : html;
  }

  lireElement(element, marques) {
    const nom = element.localName;
    const style = (element.dataset?.collageStyle ?? "").toLowerCase();
    if (JETES.has(nom) || /(^|;)\s*display:\s*none|mso-hide:\s*all|mso-element:\s*comment/.test(style)) return;
    if (/mso-list:\s*ignore/.test(style)) this.puce = `${element.textContent.trim()} `;
    else if (nom === "br") this.tampon += "<br>";
    else if (nom === "table") this.lireTableau(element);
    else if (nom === "ul" || nom === "ol") this.entre(() => this.lire(element, marques), this.listes, nom === "ol");
    else if (nom === "li") this.entre(() => this.lire(element, marques), this.elements, -1);
    else if (SEPARENT.has(nom)) this.lireBloc(element, nom, style, marques);
    else this.lire(element, marquer(element, nom, style, marques));
  }

  entre(lire, pile, valeur) {
    this.vider();
    pile.push(valeur);
    lire();
    this.vider();
    pile.pop();
  }

  lireBloc(element, nom, style, marques) {
    this.vider();
    this.genre = TITRES[nom] ?? "p";
    const niveau = /mso-list:[^;]*\blevel(\d)/.exec(style);
    if (niveau) this.word = Number(niveau[1]) || 1;
    else if (element.className.includes("MsoListParagraph")) this.word = -1;
    this.lire(element, marques);
    this.vider();
  }

  lireTableau(tableau) {
    this.vider();
    if (tableau.rows.length === 1 && !tableau.querySelector("th")) {
      // Une seule rangée, sans en-tête : une mise en page. La garder en tableau n’en ferait qu’un en-tête.
      for (const cellule of [...(tableau.caption ? [tableau.caption] : []), ...tableau.rows[0].cells]) this.lireBloc(cellule, "p", "", {});
      return;
    }
    const cellules = (rangee) =>
      [...rangee.cells].map((cellule) => {
        const nom = cellule.localName;
        return `<${nom}>${lignesDe(cellule)}</${nom}>`;
      });
    const rangees = [...tableau.rows].map((rangee) => `<tr>${cellules(rangee).join("")}</tr>`);
    const legende = tableau.caption ? `<caption>${lignesDe(tableau.caption)}</caption>` : "";
    if (rangees.length) this.blocs.push({ genre: "table", html: legende + rangees.join("") });
  }

  vider() {
    let html = this.tampon.replace(/^(\s|<br>)+|(\s|<br>)+$/g, "");
    const { genre, word, puce } = this;
    this.tampon = "";
    this.genre = "p";
    this.word = 0;
    this.puce = "";
    if (!html.replace(/<[^>]*>|&nbsp;|\s/g, "")) return;
    const ecrite = PUCE.exec(html)?.[1] ?? "";
    if (this.listes.length && this.elements.length) this.ajouterElement(html);
    else if (word > 0 || (word && (puce || ecrite))) {
      if (!puce) html = html.replace(PUCE, "");
      this.blocs.push({ genre: "li", html, niveau: Math.max(word, 1), ordonnee: NUMERO.test(puce || ecrite) });
    } else this.blocs.push({ genre, html });
  }

  ajouterElement(html) {
    const rang = this.elements.at(-1);
    if (rang >= 0 && rang === this.blocs.length - 1) {
      this.blocs[rang].html += `<br>${html}`;
      return;
    }
    this.elements[this.elements.length - 1] = this.blocs.length;
    this.blocs.push({ genre: "li", html, niveau: this.listes.length, ordonnee: this.listes.at(-1) });
  }
}

function marquer(element, nom, style, marques) {
  const suite = { ...marques };
  if (nom === "b" || nom === "strong") suite.gras = true;
  if (nom === "i" || nom === "em") suite.italique = true;
  const gras = /(?:^|;)\s*font-weight:\s*(?:(bold|[6-9]00)|normal|[1-5]00)/.exec(style);
  if (gras) suite.gras = Boolean(gras[1]);
  const italique = /(?:^|;)\s*font-style:\s*(?:(italic|oblique)|normal)/.exec(style);
  if (italique) suite.italique = Boolean(italique[1]);
  if (nom === "a") suite.lien ||= adresseSure(element.getAttribute("href") ?? "");
  return suite;
}

/* Le contenu d’une cellule : ses blocs deviennent des lignes. */
function lignesDe(element) {
  const lecteur = new Lecteur();
  lecteur.lire(element, {});
  lecteur.vider();
  const lignes = lecteur.blocs.map((bloc) => (bloc.genre === "table" ? bloc.html.replace(/<\/?(tr|t[dh]|caption)>/g, " ") : bloc.html));
  return lignes.join("<br>").trim();
}

function ecrire(blocs) {
  let html = "";
  const ouvertes = [];
  const fermerJusqua = (niveau) => {
    while (ouvertes.length > niveau) html += `</li></${ouvertes.pop()}>`;
  };
  for (const bloc of blocs) {
    if (bloc.genre !== "li") {
      fermerJusqua(0);
      html += `<${bloc.genre}>${bloc.html}</${bloc.genre}>`;
      continue;
    }
    const balise = bloc.ordonnee ? "ol" : "ul";
    const niveau = Math.min(bloc.niveau, ouvertes.length + 1, 4);
    fermerJusqua(niveau);
    if (ouvertes.length === niveau && ouvertes.at(-1) !== balise) fermerJusqua(niveau - 1);
    if (ouvertes.length === niveau) html += "</li>";
    else {
      ouvertes.push(balise);
      html += `<${balise}>`;
    }
    html += `<li>${bloc.html}`;
  }
  fermerJusqua(0);
  return html;
}
