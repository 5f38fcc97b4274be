#!/bin/sh
# What both later steps begin with: a fresh copy of the base tree in a mount namespace of its own. Sourced; sets $tree.
set -eu
umask 022

# open_tree BASE_TAR WORK_DIRECTORY
open_tree() {
    tree=$2/tree
    rm -rf "$tree"
    mkdir -p "$tree"
    trap 'close_tree' EXIT
    tar -C "$tree" --numeric-owner --xattrs --xattrs-include='*' --exclude='./dev/*' -xpf "$1"
    for name in proc sys dev; do mount --rbind "/$name" "$tree/$name"; done
}

close_tree() {
    for name in proc sys dev; do umount -l "$tree/$name" 2>/dev/null || :; done
    rm -rf --one-file-system "$tree"
}

inside() { chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root "$@"; }

# Whatever is made in a user namespace belongs to whoever owns the output folder.
hand_over() { chown --reference="$1" "$1"/*; }
