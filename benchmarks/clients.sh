#!/bin/bash
# Hand the exports of real pages to real programs, and print what each says.
#
# usage: clients.sh CLIENTS PAGES [FOLDER...]
#
# CLIENTS is a folder of scripts, each of which takes one of our files, runs a program on it, and prints a line that begins with
# OK or FAIL; env.sh there says where the programs are. PAGES holds a folder of bilingual pages for each repository; without
# FOLDER all of them are taken. JOBS programs run at once (default 1); OUT is where exports go (default: a folder that is removed).
#
# Each line is FOLDER, VARIANT, SCRIPT and what the script said, separated by tabs. At the end stands a table in Markdown:
# a row for each script with its variants, a column for each folder with the runs that passed. The status is 1 when one failed.
#
# Variants: "sentence", "block" and "both" are --granularity; "codes" is --markup codes, which is of TMX only; "split" is
# --mt split, "variants" is --variants all. omegat_auto.py --level2 gets the units without codes alone, for a text file, which it
# makes its source, has no tags that a code could be (docs/omegat.md).
#
# KEEP=1 keeps the exports of each folder. The memory of a page is asked for a page of its own (the largest below 16 kB): what counts
# there is that the program takes the file and builds the translated page.
set -eu
clients=$(readlink -f "$1") pages=$(readlink -f "$2")
shift 2
[ $# -gt 0 ] || set -- $(ls "$pages")
out=${OUT:-$(mktemp -d)}
[ -n "${OUT:-}" ] || trap 'rm -rf "$out"' EXIT
mkdir -p "$out"
log=$out/log.tsv
: > "$log"
. "$clients/env.sh"

# One program: folder, variant, a name, the command. Only its last line counts.
run() {
    local folder=$1 variant=$2 name=$3 said
    shift 3
    said=$("$@" 2>&1 | tail -n 1) || true
    printf '%s\t%s\t%s\t%s\n' "$folder" "$variant" "$name" "$said" | tee -a "$log"
}
export -f run
export log

# The English of a page as its own repository has it: no front matter, no anchors of headings.
english() {
    align-tm rebuild "$1" --side source |
        sed -E -e 's/\r$//' -e 's/^([ >]*#{1,6} *)<a name=[^<>]*><\/a> */\1/' |
        awk 'NR == 1 && /^(\xef\xbb\xbf)?---$/ { front = 1; next } front { front = !/^---$/; next } { print }'
}

# A memory without the units that have codes.
without_codes() {
    python3 - "$1" "$2" <<'PYTHON'
import re, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
coded = re.compile(r"<(?:bpt|ept|ph|it) ")
keep = lambda unit: "" if coded.search(unit[0]) else unit[0]
open(sys.argv[2], "w", encoding="utf-8", newline="").write(re.sub(r"    <tu .*?    </tu>\n", keep, text, flags=re.DOTALL))
PYTHON
}

queue() {
    printf '%s\0' "$@" >> "$out/queue"
    printf '\n' >> "$out/queue"
}

of_tmx() {
    local folder=$1 variant=$2 tmx=$3 locale=$4
    queue run "$folder" "$variant" tmx_dtd.sh "$clients/tmx_dtd.sh" "$tmx"
    queue run "$folder" "$variant" tmx_lint.py python3 "$clients/tmx_lint.py" "$tmx"
    queue run "$folder" "$variant" importers_sim.py python3 "$clients/importers_sim.py" "$tmx"
    queue run "$folder" "$variant" omegat_reader.sh "$clients/omegat_reader.sh" "$tmx"
    queue run "$folder" "$variant" "omegat_auto.py" python3 "$clients/omegat_auto.py" "$tmx"
    case $variant in sentence*)
        queue run "$folder" "$variant" "omegat_auto.py --mode enforce" python3 "$clients/omegat_auto.py" "$tmx" --mode enforce ;;
    esac
    queue run "$folder" "$variant" ttk_tmx.py "$TTK_BIN/python" "$clients/ttk_tmx.py" "$tmx"
    case $variant in *codes*)
        without_codes "$tmx" "${tmx%.tmx}.nocodes.tmx"
        queue run "$folder" "$variant" "omegat_auto.py --level2" python3 "$clients/omegat_auto.py" "${tmx%.tmx}.nocodes.tmx" --level2 ;;
    esac
}

of_po() {
    local folder=$1 variant=$2 po=$3 locale=$4
    queue run "$folder" "$variant" po_gettext.sh "$clients/po_gettext.sh" "$po"
    queue run "$folder" "$variant" po_libs.py "$TTK_BIN/python" "$clients/po_libs.py" "$po"
    queue run "$folder" "$variant" po_pofilter.sh "$clients/po_pofilter.sh" "$po"
    [ "$variant" = variants ] || # translate-toolkit's own TMX has no place for a msgctxt
        queue run "$folder" "$variant" po_roundtrip.py "$TTK_BIN/python" "$clients/po_roundtrip.py" "$po" en-US "$locale"
}

# What wants a page, or a screen: with the PO file as it is written by default.
of_page() {
    local folder=$1 po=$2 page
    page=$(grep -rlZ --include='*.md' data-ttu-id "$pages/$folder" | xargs -0 grep -LZ ':::' |
        xargs -0 stat -c '%s %n' | sort -k1,1nr -k2 | awk '$1 < 16000 && !met++ { sub(/^[0-9]+ /, ""); print }')
    english "$page" > "$out/$folder.md"
    align-tm export "$page" -o "$out/$folder/page" --to po -q
    queue run "$folder" both po_compendium.sh "$clients/po_compendium.sh" "$po" 25 "$out/$folder.md"
    queue run "$folder" both po_mdpo.sh "$clients/po_mdpo.sh" "$po" 25 "$out/$folder.md"
    queue run "$folder" both ttk_pretranslate.sh "$clients/ttk_pretranslate.sh" "$(ls "$out/$folder"/page/*.po)" 1 "$out/$folder.md"
    queue run "$folder" both lokalize_open.sh "$clients/lokalize_open.sh" "$po"
    queue run "$folder" both poedit_open.sh "$clients/poedit_open.sh" "$po"
}

# Export in one way, and queue what reads it.
way() {
    local folder=$1 variant=$2 file locale
    shift 2
    align-tm export "$pages/$folder" -o "$out/$folder/$variant" --quiet --fail-on never "$@"
    for file in "$out/$folder/$variant"/*.tmx; do
        locale=$(basename "$file") && [ -e "$file" ] || continue
        grep -q '<tu ' "$file" && of_tmx "$folder" "$variant" "$file" "${locale%%.*}"
    done
    for file in "$out/$folder/$variant"/*.po; do
        locale=$(basename "$file") && [ -e "$file" ] || continue
        of_po "$folder" "$variant" "$file" "${locale%%.*}"
    done
}

for folder; do
    : > "$out/queue"
    way "$folder" sentence --granularity sentence
    way "$folder" block --granularity block
    way "$folder" both --granularity both --to po
    way "$folder" "sentence codes" --markup codes --to tmx
    way "$folder" "block codes" --markup codes --to tmx --granularity block
    way "$folder" split --mt split
    way "$folder" variants --variants all
    for file in "$out/$folder"/both/*.po; do of_page "$folder" "$file"; done
    for file in "$out/$folder"/sentence/*.tmx; do
        locale=$(basename "$file" .tmx)
        align-tm convert "$file" -o "$out/$folder/pair.moses" --quiet
        queue run "$folder" sentence opusfilter_moses.sh "$clients/opusfilter_moses.sh" "$out/$folder/pair.en-US" "$out/$folder/pair.$locale" 98
    done
    # A line of the queue is a command, its words ended by NUL.
    tr '\n\0' '\0\001' < "$out/queue" |
        xargs -0 -n 1 -P "${JOBS:-1}" bash -c 'IFS=$'"'\\001'"' read -r -a words <<< "$1"; "${words[@]}"' -
    [ -n "${KEEP:-}" ] || rm -rf "${out:?}/$folder"
done

awk -F '\t' '
    { if (!($3 in variants)) scripts[++rows] = $3
      if (!(($3, $2) in known)) { known[$3, $2] = 1; variants[$3] = variants[$3] (variants[$3] ? ", " : "") $2 }
      if (!($1 in folders)) { folders[$1] = 1; heads[++columns] = $1 }
      runs++; runs_of[$3, $1]++; if ($4 ~ /^OK/) passed[$3, $1]++; else failed++ }
    END {
      printf "\n| script | variants |"; for (c = 1; c <= columns; c++) printf " %s |", heads[c]
      printf "\n|---|---|"; for (c = 1; c <= columns; c++) printf "---|"
      for (r = 1; r <= rows; r++) { printf "\n| `%s` | %s |", scripts[r], variants[scripts[r]]
        for (c = 1; c <= columns; c++) printf " %d of %d |", passed[scripts[r], heads[c]], runs_of[scripts[r], heads[c]] }
      printf "\n\n%d runs, %d failed\n", runs, failed; exit failed > 0 }' <(sort -s -t "$(printf '\t')" -k3,3 "$log")
