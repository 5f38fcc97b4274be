#!/bin/sh
# Sizes the zram root from what the machine has and what the image needs; calculates only, so that a table can test it.
#
# sizing.sh MEMORY CONTENT COMPRESSED STREAM RESERVE SIZE LIMIT     all in bytes
#   MEMORY      MemTotal (R)
#   CONTENT     bytes in use in the image's filesystem (U)
#   COMPRESSED  zram bytes as measured at build for the algorithm in use (C); 0 = not measured
#   STREAM      uncompressed bytes of the image: the filesystem can't become smaller than that
#   RESERVE     what the role needs beside the root (B)
#   SIZE        disksize wanted; 0 = by policy; `max` = all memory
#   LIMIT       memory limit wanted; 0 = by policy; `max` = none
# Prints KEY=VALUE lines: fit=normal|tight|none filesystem= disksize= limit= compressed= kernel= shortfall= note=
#
# Why: when zram reaches its memory limit ext4 gets EIO, not ENOSPC, so the filesystem has to be full before zram is.

MI=1048576
R=$(($1 / MI)) U=$((($2 + MI - 1) / MI)) C=$((($3 + MI - 1) / MI)) stream=$((($4 + MI - 1) / MI)) B=$(($5 / MI))
size=$6 limit=$7
note=

[ "$C" -gt 0 ] || { C=$((U * 10 / 14)); note="compressed size not measured, taken as content / 1.4"; }

at_least() { if [ "$1" -lt "$2" ]; then echo "$2"; else echo "$1"; fi; }
at_most() { if [ "$1" -gt "$2" ]; then echo "$2"; else echo "$1"; fi; }

# What the kernel and userland need beside the root grows with the disksize: zram's table costs 24 bytes a page.
kernel_for() { echo $((512 + $1 * 6 / 1000)); }

base=$((U * 106 / 100))
wanted=$(at_least $((U / 2)) 1024)
case $size in
    0) D= ;;
    max) D=$R ;;
    *) D=$((size / MI)) ;;
esac
if [ -n "$D" ]; then
    wanted=$((D - base))
    if [ "$wanted" -lt 64 ]; then
        D=$((base + 64)) wanted=64
        note="the disksize asked for does not hold the image, made larger"
    fi
fi

# The smallest free space worth booting with.
floor=$(at_most "$wanted" 256)

disksize_for() {
    if [ -n "$D" ]; then
        at_least "$D" "$1"
    else
        at_least "$(at_most $((2 * $1)) "$R")" "$1"
    fi
}

answer() { # fit free limit
    S=$(at_least $((base + $2)) "$stream")
    disk=$(disksize_for "$S")
    echo "fit=$1"
    echo "filesystem=$((S * MI))"
    echo "disksize=$((disk * MI))"
    echo "limit=$(($3 * MI))"
    echo "compressed=$((C * MI))"
    echo "kernel=$(($(kernel_for "$disk") * MI))"
    echo "shortfall=0"
    [ -z "$note" ] || echo "note=$note"
    exit 0
}

# A limit that was asked for: the filesystem yields, so that it is full before the limit is reached.
case $limit in
    0) ;;
    max)
        free=$wanted
        answer normal "$free" 0
        ;;
    *)
        L=$((limit / MI))
        free=$(at_most "$wanted" $(((L - C - 64) * 100 / 102)))
        if [ "$free" -ge 64 ]; then
            [ "$free" -eq "$wanted" ] || note="filesystem held to what the memory limit asked for can carry"
            answer tight "$free" "$L"
        fi
        note="the memory limit asked for does not hold the image, policy used instead"
        ;;
esac

S=$(at_least $((base + wanted)) "$stream")
room=$((R - B - $(kernel_for "$(disksize_for "$S")")))
L=$((S * 103 / 100 + 64))
[ "$L" -gt "$room" ] || answer normal "$wanted" "$L"

# Tight: the most free space whose worst case still fits. Disksize, and with it K, follows the free space, so shrink and ask again.
free=$wanted
while [ "$free" -ge "$floor" ]; do
    S=$(at_least $((base + free)) "$stream")
    L=$((C + free * 102 / 100 + 64))
    room=$((R - B - $(kernel_for "$(disksize_for "$S")")))
    [ "$L" -gt "$room" ] || answer tight "$free" "$L"
    [ "$free" -gt "$floor" ] || break
    free=$(at_least $((free - 16)) "$floor")
done

echo "fit=none"
echo "filesystem=$((S * MI))"
echo "disksize=$(($(disksize_for "$S") * MI))"
echo "limit=$((L * MI))"
echo "compressed=$((C * MI))"
echo "kernel=$(($(kernel_for "$(disksize_for "$S")") * MI))"
echo "shortfall=$(((L - room) * MI))"
[ -z "$note" ] || echo "note=$note"
