// Labels the cells of wide tables with the heading of their column, so that site.css can stack them on a narrow screen.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("article table.docutils")) {
    const headings = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
    if (headings.length < 3) continue;
    table.classList.add("stacked");
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.cells].forEach((cell, index) => {
        cell.setAttribute("data-label", headings[index] ?? "");
        cell.classList.toggle("empty", !cell.textContent.trim());
      });
    }
  }
});
