"""The style of the views: JupyterLab's own colours where they are, else light or dark as the system asks."""

from __future__ import annotations

__all__ = ["STYLE"]

# Every rule begins with the class of the view, so that nothing else on the page changes. No ids: two views may stand on
# one page. JupyterLab sets --jp-* for its theme; other programs fall back on the colours after the comma.
STYLE = """<style>
.align-tm{--tm-ink:var(--jp-content-font-color1,#1f2328);--tm-quiet:var(--jp-content-font-color2,#57606a);
--tm-line:var(--jp-border-color2,#d0d7de);--tm-chip:var(--jp-layout-color2,#eef1f4);--tm-back:var(--jp-layout-color0,#fff);
--tm-human:#00543d;--tm-machine:#7a3400;color:var(--tm-ink);background:var(--tm-back);font-size:13px;line-height:1.45;
max-width:100%;overflow-x:auto}
@media (prefers-color-scheme:dark){.align-tm{--tm-ink:var(--jp-content-font-color1,#e6edf3);
--tm-quiet:var(--jp-content-font-color2,#9da7b1);--tm-line:var(--jp-border-color2,#3d444d);
--tm-chip:var(--jp-layout-color2,#262c36);--tm-back:var(--jp-layout-color0,#0d1117);--tm-human:#5fd4ae;--tm-machine:#ffb36b}}
[data-jp-theme-light="true"] .align-tm{--tm-human:#00543d;--tm-machine:#7a3400}
[data-jp-theme-light="false"] .align-tm{--tm-human:#5fd4ae;--tm-machine:#ffb36b}
.align-tm p{margin:4px 0;color:var(--tm-quiet);text-align:start}
.align-tm p b{color:var(--tm-ink)}
.align-tm table{border-collapse:collapse;table-layout:fixed;width:100%;min-width:560px;margin:0;border:0}
.align-tm tr,.align-tm tbody tr:nth-child(odd),.align-tm tbody tr:hover{background:none}
.align-tm th,.align-tm td{border:0;border-top:1px solid var(--tm-line);padding:5px 8px;vertical-align:top;text-align:start;
white-space:pre-wrap;overflow-wrap:anywhere;color:var(--tm-ink);font-size:13px;max-width:none}
.align-tm th{font-weight:600;color:var(--tm-quiet);border-top:0}
.align-tm th:first-child{width:22%}
.align-tm td:first-child{color:var(--tm-quiet);font-size:12px}
.align-tm table.counts{table-layout:auto;width:auto;min-width:0}
.align-tm table.counts th,.align-tm table.counts th:first-child{width:auto;overflow-wrap:normal}
.align-tm table.counts td{font-size:13px;color:var(--tm-ink)}
.align-tm table.counts{font-variant-numeric:tabular-nums}
.align-tm code{font-size:12px;color:var(--tm-quiet);background:var(--tm-chip);border-radius:3px;padding:0 3px;
white-space:pre-wrap;unicode-bidi:isolate}
.align-tm i{font-style:normal;font-size:11px;border:1px solid var(--tm-line);border-radius:8px;padding:0 6px;
display:inline-block;line-height:16px;color:var(--tm-quiet)}
.align-tm i.ht{color:var(--tm-human);border-color:currentColor}
.align-tm i.mt{color:var(--tm-machine);border-color:currentColor}
</style>"""
