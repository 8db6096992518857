/* Rangées et colonnes d’un tableau de l’éditeur. Chaque geste rend la cellule où poser le curseur. */

function vide(nom, portee) {
  const cellule = document.createElement(nom);
  if (nom === "th") cellule.scope = portee || "col";
  cellule.append(document.createElement("br"));
  return cellule;
}

export function ajouterRangee(cellule) {
  const rangee = cellule.parentElement;
  const tableau = cellule.closest("table");
  const nouvelle = document.createElement("tr");
  nouvelle.append(...Array.from(rangee.cells, () => vide("td")));
  if (rangee.parentElement.localName === "thead") (tableau.tBodies[0] ?? tableau.createTBody()).prepend(nouvelle);
  else rangee.after(nouvelle);
  return nouvelle.cells[0];
}

export function colonneDe(cellule) {
  return Array.from(cellule.closest("table").rows, (rangee) => rangee.cells[cellule.cellIndex]).filter(Boolean);
}

export function ajouterColonne(cellule) {
  const ajoutees = colonneDe(cellule).map((voisine) => {
    voisine.after(vide(voisine.localName, voisine.scope));
    return voisine.nextElementSibling;
  });
  return ajoutees[cellule.parentElement.rowIndex];
}

export function retirer(tableau, elements) {
  for (const element of elements) element.remove();
  const reste = tableau.querySelector("td, th");
  if (!reste) tableau.remove();
  return reste;
}
