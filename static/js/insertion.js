/* Poser des paragraphes, des listes ou des tableaux là où est le curseur.
   Collé entre deux mots, un bloc s’y souderait, et Chrome lui écrirait un style que la CSP refuse : on lui fait place.
   Une puce ou une cellule ne se coupe pas : des paragraphes y deviennent des lignes.
   Un paragraphe coupé se récrit en entier avec ce qui est collé : un seul Ctrl+Z rend la phrase d’avant. */

const QUE_DES_PARAGRAPHES = /^(<p>((?!<\/?p>).)*<\/p>)+$/s;

export function insererDesBlocs(texte, html) {
  const selection = document.getSelection();
  if (!selection.isCollapsed) document.execCommand("delete");
  const hote = hoteDuCurseur(texte);
  const portees = hote ? autourDuCurseur(hote) : [];
  const [avant, apres] = portees.map((portee) => portee.toString().trim());
  if (hote?.matches("li, td, th")) {
    if (QUE_DES_PARAGRAPHES.test(html)) html = `${avant ? "<br>" : ""}${enLignes(html)}`;
  } else if (hote?.matches("p") && (avant || apres)) {
    const [debut, fin] = portees.map((portee) => (portee.toString().trim() ? enParagraphe(portee) : ""));
    selection.selectAllChildren(hote);
    document.execCommand("insertHTML", false, debut + html + fin);
    if (fin) finir(hoteDuCurseur(texte).previousElementSibling);
    return;
  } else if (hote) {
    if (avant) document.execCommand("insertParagraph");
    if (apres) {
      document.execCommand("insertParagraph");
      selection.collapse(hoteDuCurseur(texte).previousElementSibling, 0);
    }
    if (hote.matches("h3, h4")) document.execCommand("formatBlock", false, "p"); // rien ne se pose dans un titre
  }
  document.execCommand("insertHTML", false, html);
}

function enLignes(html) {
  return html.replaceAll("</p><p>", "<br>").replace(/<\/?p>/g, "");
}

/* Le bloc où l’on écrit, ou `null` si le texte est encore nu. */
function hoteDuCurseur(texte) {
  const noeud = document.getSelection().anchorNode;
  const element = noeud?.nodeType === Node.TEXT_NODE ? noeud.parentElement : noeud;
  const hote = element?.closest("li, td, th, p, h3, h4");
  return hote && texte.contains(hote) ? hote : null;
}

function enParagraphe(portee) {
  const paragraphe = document.createElement("p");
  paragraphe.append(portee.cloneContents());
  return paragraphe.outerHTML;
}

/* Le curseur à la fin de ce bloc. */
function finir(bloc) {
  document.getSelection().selectAllChildren(bloc);
  document.getSelection().collapseToEnd();
}

/* Ce que contient ce bloc, avant puis après le curseur. */
function autourDuCurseur(hote) {
  const curseur = document.getSelection().getRangeAt(0);
  const [avant, apres] = [document.createRange(), document.createRange()];
  avant.selectNodeContents(hote);
  avant.setEnd(curseur.startContainer, curseur.startOffset);
  apres.selectNodeContents(hote);
  apres.setStart(curseur.endContainer, curseur.endOffset);
  return [avant, apres];
}
