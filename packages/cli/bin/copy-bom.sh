#!/usr/bin/env sh
# Occlum's name for `occlum copy-bom`.
self=$0
if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
exec "${self%/*}/occlum.mjs" copy-bom "$@"
