#!/bin/sh
# Pull bilingual pages, export their memories, commit what changed. For cron: quiet unless something is wrong.
#
# usage: nightly.sh PAGES MEMORY [OPTION...]
#   PAGES   a clone of the pages, on a branch that follows a remote one
#   MEMORY  a git repository for the memories; the options go to `align-tm export`
set -eu
pages=$1 memory=$2
shift 2

git -C "$pages" pull --quiet --ff-only
status=0
align-tm export "$pages" -o "$memory" --quiet "$@" || status=$?
[ "$status" -le 1 ] || exit "$status" # 1: exported, but pages have problems; standard error says which
git -C "$memory" add --all
if ! git -C "$memory" diff --cached --quiet; then
    git -C "$memory" commit --quiet --message "Memories of $(git -C "$pages" rev-parse --short HEAD)"
fi
exit "$status"
