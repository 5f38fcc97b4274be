#!/bin/sh
# Sizes the fallback root, a squashfs in memory with an overlay for what is written; calculates only, so that a table can test it.
#
# overlay-sizing.sh MEMORY CONTENT SQUASHFS RESERVE     all in bytes
#   MEMORY      MemTotal (R)
#   CONTENT     bytes in use in the image's filesystem (U); 0 = not known
#   SQUASHFS    size of the squashfs (Q)
#   RESERVE     what the role needs beside the root (B)
# Prints KEY=VALUE lines: fit=overlay|none writes= inodes= kernel= shortfall=
#
# Why: what is written lies in a tmpfs, which ends with ENOSPC; its inodes and directories come on top of its size, 1 KiB for one of 16 KiB.

MI=1048576
R=$(($1 / MI)) U=$((($2 + MI - 1) / MI)) Q=$((($3 + MI - 1) / MI)) B=$(($4 / MI))

at_least() { if [ "$1" -lt "$2" ]; then echo "$2"; else echo "$1"; fi; }
at_most() { if [ "$1" -gt "$2" ]; then echo "$2"; else echo "$1"; fi; }

# For kernel and userland, as beside a zram root.
K=512
# A shipped file that is changed is copied whole: as much is free as on a zram root, where memory permits.
wanted=$(at_least $((U / 2)) 1024)
# The least worth booting with.
floor=64
room=$((R - B - K - Q))
writes=$(at_most "$wanted" $((room * 16 / 17)))

if [ "$writes" -ge "$floor" ]; then
    echo "fit=overlay"
    echo "shortfall=0"
else
    writes=$floor
    echo "fit=none"
    echo "shortfall=$(((floor * 17 / 16 - room) * MI))"
fi
echo "writes=$((writes * MI))"
echo "inodes=$((writes * 64))"
echo "kernel=$((K * MI))"
