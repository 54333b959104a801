"use strict";
// Sorting: a button in each column heading. Rows are compared by data-v of the cell where it has one, by its text otherwise.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const valueOf = row => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
      const isNumber = head.classList.contains("n");
      const rows = [...table.tBodies[0].rows].map(row => [valueOf(row), row]);
      rows.sort(([a], [b]) => {
        if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
        return sign * (isNumber ? a.replaceAll(",", "") - b.replaceAll(",", "") : a < b ? -1 : a > b ? 1 : 0);
      });
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}

// Filtering: words that all must be in a row, and one list for each column with few values (data-filter on its heading).
for (const table of document.querySelectorAll("table.filterable")) {
  const tools = document.createElement("div");
  tools.className = "tools";
  const add = (name, control) => {
    const label = document.createElement("label");
    label.append(name, control);
    tools.append(label);
    control.addEventListener("input", apply);
    return control;
  };
  const words = add("Filter", Object.assign(document.createElement("input"), { type: "search", placeholder: "words" }));
  const rows = [...table.tBodies[0].rows];
  const lists = [...table.tHead.rows[0].cells].filter(head => head.dataset.filter !== undefined).map(head => {
    const column = head.cellIndex;
    const select = document.createElement("select");
    select.append(new Option("all", ""));
    for (const value of new Set(rows.map(row => row.cells[column].textContent.trim()))) select.append(new Option(value, value));
    return [column, add(head.textContent, select)];
  });
  const count = document.createElement("output");
  tools.append(count);
  function apply() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every(word => text.includes(word)) || !lists.every(([column, list]) => list.value === "" || row.cells[column].textContent.trim() === list.value);
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${rows.length} rows`;
  }
  table.closest(".scroll").before(tools);
  apply();
}

// Of several pictures of a kind one is shown; a list chooses.
const choosers = new Map();
for (const box of document.querySelectorAll(".choice")) {
  const figures = [...box.querySelectorAll(":scope > figure")];
  if (figures.length < 2) continue;
  const select = document.createElement("select");
  for (const figure of figures) {
    let place = select;
    if (figure.dataset.group) {
      place = [...select.children].find(group => group.label === figure.dataset.group);
      if (!place) select.append(place = Object.assign(document.createElement("optgroup"), { label: figure.dataset.group }));
    }
    place.append(new Option(figure.dataset.label, figure.id));
  }
  const show = id => {
    for (const figure of figures) figure.hidden = figure.id !== id;
    select.value = id;
  };
  select.addEventListener("change", () => show(select.value));
  const label = document.createElement("label");
  label.append(box.dataset.choose, select);
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(label);
  box.prepend(tools);
  for (const figure of figures) choosers.set(figure.id, show);
  show((figures.find(figure => figure.dataset.first !== undefined) ?? figures[0]).id);
}

// A link leads to its place even where that is not shown at the moment.
function reveal() {
  document.querySelector(".target")?.classList.remove("target");
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  const figure = place.closest("figure");
  if (figure) choosers.get(figure.id)?.(figure.id);
  const table = place.closest("table.filterable");
  if (table && place.hidden) {
    for (const control of table.closest("section").querySelectorAll(".tools input, .tools select")) {
      control.value = "";
      control.dispatchEvent(new Event("input"));
    }
  }
  place.closest("details")?.setAttribute("open", "");
  place.classList.add("target");
  place.scrollIntoView({ block: place.tagName === "TR" || place.tagName === "tr" ? "center" : "start" });
  place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}
addEventListener("hashchange", reveal);
reveal();
