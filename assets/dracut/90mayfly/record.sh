#!/bin/sh
# Leaves what happened for userland: /run/mayfly/boot.json survives switch_root.

notes=
note() {
    # Only what needs no escaping gets in.
    text=$(printf '%s' "$1" | tr -d '"\\' | tr -c '[:print:]' ' ')
    notes="$notes${notes:+, }\"$text\""
}

# Milliseconds since the kernel started.
now() { read -r up _ </proc/uptime; echo "${up%.*}${up#*.}0" | sed 's/^0*\(.\)/\1/'; }

or_null() { if [ -n "$1" ]; then printf '%s' "$1"; else printf null; fi; }
text_or_null() { if [ -n "$1" ]; then printf '"%s"' "$(printf '%s' "$1" | tr -d '"\\')"; else printf null; fi; }

measured_json() {
    [ -n "$image_manifest" ] || return 0
    read_pairs "$image_manifest" | sed -n 's/^zram_\([a-z0-9_]*\)=\([0-9]*\)$/"\1":\2/p' | tr _ - | tr '\n' ',' | sed 's/,$//'
}

dictionary_json() { # BYTES LEVEL
    if [ -n "$1" ]; then printf '{"bytes": %s, "level": %s}' "$1" "$2"; else printf null; fi
}

zram_json() {
    cat <<RECORD
{
    "device": "/dev/$device",
    "disksize": $disksize,
    "algorithm": "$algorithm",
    "algorithmWanted": "${algorithm_wanted:-zstd}",
    "dictionary": $(dictionary_json "$dictionary_bytes" "$dictionary_level"),
    "memLimit": $limit,
    "filesystemBytes": $filesystem,
    "fit": "$fit",
    "notes": [$notes]
  }
RECORD
}

overlay_json() {
    cat <<RECORD
{
    "why": $(text_or_null "$overlay_why"),
    "squashfsBytes": $squashfs_bytes,
    "writesBytes": $writes,
    "writesInodes": $writes_inodes,
    "notes": [$notes]
  }
RECORD
}

write_record() {
    if [ "$root_kind" = zram ]; then zram=$(zram_json) overlaid=null; else zram=null overlaid=$(overlay_json); fi
    cat >/run/mayfly/boot.json.new <<RECORD
{
  "version": 1,
  "image": {
    "version": $(text_or_null "$image_version"),
    "source": $(text_or_null "$place"),
    "sha256": "$image_sha256",
    "uncompressedBytes": $(or_null "$image_stream"),
    "contentBytes": $(or_null "$image_content"),
    "inodes": $(or_null "$image_inodes"),
    "squashfsBytes": $(or_null "$([ -z "$image_manifest" ] || pair "$image_manifest" squashfs_bytes)"),
    "dictionary": $(dictionary_json "$image_dictionary_bytes" "$image_dictionary_level"),
    "zramBytes": {$(measured_json)}
  },
  "root": "$root_kind",
  "zram": $zram,
  "overlay": $overlaid,
  "durations": {
    "kernelMs": $started_ms,
    "findMs": $((found_ms - started_ms)),
    "fillMs": $((filled_ms - found_ms)),
    "mountMs": $((done_ms - filled_ms))
  }
}
RECORD
    mv /run/mayfly/boot.json.new /run/mayfly/boot.json
}
