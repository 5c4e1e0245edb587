// The theme wraps each table in a part that scrolls; the keyboard reaches it (WCAG 2.2, 2.1.1).
document$.subscribe(() => {
  for (const part of document.querySelectorAll(".md-typeset__scrollwrap")) part.tabIndex = 0;
});
