// Charts: each figure is drawn from the table of its card, as its data attributes say. Colours are CSS variables, so
// that light, dark and paper need no second drawing.
"use strict";
(() => {
  const MAX_BARS = 40;
  const FEWEST_STANDING = 6; // fewer bars would be as wide as towers
  const CHARACTER = 7; // pixels of a letter in the charts' font, about
  const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "4 4"];
  const color = (i) => `var(--series-${(i % DASHES.length) + 1})`;
  const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
  const shorten = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
  const words = (name) => name.replaceAll("_", " ");

  /** What a figure shows of its card's table: the columns that it names by their places, and the rows in their first
      order, x as text, y as numbers or NaN. */
  function readChart(figure) {
    const table = figure.parentElement.querySelector(".data table");
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const x = Number(figure.dataset.x);
    const y = figure.dataset.y.split(" ").map(Number);
    const value = (cell) => (cell.matches(".null") ? NaN : Number(cell.textContent));
    const rows = [...table.tBodies[0].rows].map((row, index) => ({
      index, label: row.cells[x].textContent, values: y.map((place) => value(row.cells[place])) }));
    return { rows, x: names[x], y: y.map((place) => names[place]) };
  }

  /** Bars stand where their labels fit side by side, and lie where they do not. */
  function drawBars(rows, y, width) {
    const shown = rows.slice(0, MAX_BARS);
    const longest = Math.max(...shown.map((row) => row.label.length));
    const bars = shown.flatMap((row) => y.map((name, series) => ({ ...row, series, value: row.values[series] })));
    const title = (bar) => `${bar.label}\n${words(y[bar.series])}: ${number(bar.value)}`;
    const labels = { type: "band", domain: shown.map((row) => row.index), padding: 0.15, label: null, tickSize: 0 };
    const group = y.length > 1;
    const inner = { domain: y.map((_, i) => i), axis: null, padding: 0.05 };
    const fill = (bar) => color(bar.series);
    if (shown.length >= FEWEST_STANDING && shown.length * (longest * CHARACTER + 3) <= width - 50) {
      const place = group ? { fx: "index", x: "series" } : { x: "index" };
      const scale = { ...labels, tickFormat: (i) => shown[i].label };
      return Plot.plot({
        width, height: 240, marginTop: 14, marginLeft: 50, marginBottom: 28,
        ...(group ? { fx: scale, x: inner } : { x: scale }),
        y: { grid: true, ticks: 5, label: null, tickFormat: number },
        marks: [Plot.barY(bars, { ...place, y: "value", fill, title, tip: true }), Plot.ruleY([0])],
      });
    }
    const room = Math.max(8, Math.floor((width * 0.4) / CHARACTER));
    const place = group ? { fy: "index", y: "series" } : { y: "index" };
    const scale = { ...labels, tickFormat: (i) => shorten(shown[i].label, room) };
    return Plot.plot({
      width, height: 16 + shown.length * (group ? 18 * y.length : 24), marginTop: 4, marginBottom: 4,
      marginLeft: Math.min(longest, room) * CHARACTER + 14, marginRight: 60,
      ...(group ? { fy: { ...scale, axis: "left" }, y: inner } : { y: scale }),
      x: { axis: null },
      marks: [
        Plot.barX(bars, { ...place, x: "value", fill, title, tip: true }),
        Plot.text(bars, { ...place, x: "value", text: (bar) => number(bar.value), textAnchor: "start", dx: 5 }),
      ],
    });
  }

  /** Days and times become points in time, numbers numbers; anything else stays in the order of the rows. */
  function placeOf(rows) {
    if (rows.every((row) => /^\d{4}-\d\d-\d\d/.test(row.label))) {
      return { x: (row) => new Date(`${row.label.replace(" ", "T").padEnd(19, "T00:00:00".slice(row.label.length - 10))}Z`),
        scale: { type: "utc" } };
    }
    if (rows.every((row) => row.label !== "" && !Number.isNaN(Number(row.label)))) {
      return { x: (row) => Number(row.label), scale: { type: "linear", tickFormat: number } };
    }
    return { x: (row) => row.index, scale: { type: "point", tickFormat: (i) => rows[i].label } };
  }

  function drawLines(rows, y, width) {
    const { x, scale } = placeOf(rows);
    const points = rows.map((row) => ({ ...row, x: x(row) }));
    const title = (row) => [row.label, ...y.map((name, i) => `${words(name)}: ${number(row.values[i])}`)].join("\n");
    const lines = y.flatMap((_, i) => {
      const place = { x: "x", y: (row) => row.values[i] };
      const line = Plot.lineY(points, { ...place, stroke: color(i), strokeWidth: 2, strokeDasharray: DASHES[i % DASHES.length] });
      return points.length > 45 ? [line] : [line, Plot.dot(points, { ...place, r: 2.5, fill: color(i) })];
    });
    return Plot.plot({
      width, height: 260, marginTop: 14, marginLeft: 50, marginRight: 16,
      x: { ...scale, label: null, ...(width < 420 ? { ticks: 4 } : {}) },
      y: { grid: true, ticks: 5, label: null, zero: true, tickFormat: number },
      marks: [
        Plot.ruleY([0]), ...lines,
        Plot.ruleX(points, Plot.pointerX({ x: "x", stroke: "var(--soft)", strokeOpacity: 0.5 })),
        Plot.tip(points, Plot.pointerX({ x: "x", y: (row) => Math.max(...row.values.filter((v) => !Number.isNaN(v))), title })),
      ],
    });
  }

  function legend(y) {
    const list = document.createElement("ul");
    list.className = "legend";
    y.forEach((name, i) => {
      const item = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.style.borderTopColor = color(i);
      swatch.style.borderTopStyle = i === 0 ? "solid" : "dashed";
      item.append(swatch, words(name));
      list.append(item);
    });
    return list;
  }

  function draw(figure, { rows, x, y }) {
    const { kind, title } = figure.dataset;
    const width = figure.clientWidth;
    const chart = kind === "line" ? drawLines(rows, y, width) : drawBars(rows, y, width);
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label",
      `${title}: ${kind} chart of ${y.map(words).join(" and ")} by ${words(x)}. Its data is in the table below.`);
    const parts = [legend(y), chart];
    if (kind === "bar" && rows.length > MAX_BARS) {
      const more = document.createElement("p");
      more.className = "soft note";
      more.textContent = `The first ${MAX_BARS} of ${rows.length} rows.`;
      parts.push(more);
    }
    figure.replaceChildren(...parts);
  }

  /** One chart that cannot be drawn leaves the others alone. */
  function attempt(figure, work) {
    try {
      work();
    } catch (error) {
      figure.textContent = "This chart could not be drawn; its data is below.";
      console.error(error);
    }
  }

  for (const figure of document.querySelectorAll("figure.chart")) {
    attempt(figure, () => {
      const chart = readChart(figure);
      let drawn = 0;
      new ResizeObserver(() => {
        if (figure.clientWidth === drawn || figure.clientWidth === 0) return;
        drawn = figure.clientWidth;
        attempt(figure, () => draw(figure, chart));
      }).observe(figure);
    });
  }
})();
