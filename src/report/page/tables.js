// Tables of data: a button in every head sorts by its column, and a field above filters the rows.
"use strict";
(() => {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function compare(column, isNumber) {
    return (a, b) => {
      const [left, right] = [a.cells[column], b.cells[column]];
      const [leftNull, rightNull] = [left, right].map((cell) => cell.classList.contains("null"));
      if (leftNull || rightNull) return Number(leftNull) - Number(rightNull); // null stays last
      return isNumber
        ? Number(left.textContent) - Number(right.textContent)
        : collator.compare(left.textContent, right.textContent);
    };
  }

  function sortBy(table, head) {
    const descends = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descends ? "descending" : "ascending");
    const order = compare(head.cellIndex, head.classList.contains("number"));
    const isNull = (row) => row.cells[head.cellIndex].classList.contains("null");
    const rows = [...table.tBodies[0].rows].sort(order);
    if (descends) {
      const known = rows.filter((row) => !isNull(row)).reverse();
      table.tBodies[0].append(...known, ...rows.filter(isNull));
    } else {
      table.tBodies[0].append(...rows);
    }
  }

  function addSorting(table) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.title = `Sort by ${head.textContent}`;
      button.addEventListener("click", () => sortBy(table, head));
      head.replaceChildren(button);
    }
  }

  function addFilter(table) {
    const rows = [...table.tBodies[0].rows];
    const bar = document.createElement("div");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    bar.className = "filter";
    input.type = "search";
    input.placeholder = "Filter";
    input.setAttribute("aria-label", `Filter: ${table.caption.textContent}`);
    shown.setAttribute("aria-live", "polite");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let count = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        count += row.hidden ? 0 : 1;
      }
      shown.textContent = wanted ? `${count} of ${rows.length} rows` : "";
    });
    bar.append(input, shown);
    table.parentElement.before(bar);
  }

  for (const table of document.querySelectorAll(".data table")) {
    addSorting(table);
    if (table.tBodies[0].rows.length > 5) addFilter(table);
  }
})();
