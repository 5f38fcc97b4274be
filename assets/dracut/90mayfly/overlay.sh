#!/bin/sh
# The fallback root: the image's squashfs in memory, read-only, and over it a tmpfs for what is written. For machines that a zram root does not fit
# into, and for those who ask for it. Its parts stay mounted under /run, where the running system reads how full they are.

overlay=/run/mayfly/root

# Whether there is a squashfs to fall back to; a raw partition holds one image only.
has_squashfs() {
    case $place in PARTLABEL=*) return 1 ;; esac
    [ -n "$(kernel_value mayfly.squashfs.sha256)" ] || { [ -n "$image_manifest" ] && is_sha256 "$(pair "$image_manifest" squashfs_sha256)"; }
}

size_overlay() {
    memory=$(memory_bytes)
    squashfs_bytes=${image_compressed:-$source_bytes}
    is_number "$squashfs_bytes" ||
        problem M-107 "The size of the squashfs at $place is not known." "Put root.manifest beside it." || return 1
    fit=''
    sh "$here/overlay-sizing.sh" "$memory" "${image_content:-0}" "$squashfs_bytes" "$reserve" >/run/mayfly/sizing
    while IFS='=' read -r key value; do
        case $key in
            fit) fit=$value ;;
            writes) writes=$value ;;
            inodes) writes_inodes=$value ;;
            kernel) kernel_share=$value ;;
            shortfall) shortfall=$value ;;
        esac
    done </run/mayfly/sizing
    [ "$fit" = overlay ] ||
        problem M-132 "Too little memory for squashfs and overlay: this machine has $((memory >> 20)) MiB; the squashfs takes $((squashfs_bytes >> 20)) MiB, what is written at least $((writes >> 20)) MiB, kernel and services need $(((kernel_share + reserve) >> 20)) MiB: $((shortfall >> 20)) MiB short." \
            "Give the machine at least $(((memory + shortfall + 33554432) >> 20)) MiB, or boot a smaller image."
}

squashfs_written() { stat -c %s "$overlay/image/root.squashfs" 2>/dev/null || echo 0; }
write_squashfs() { dd of="$overlay/image/root.squashfs" bs=1M iflag=fullblock status=none; }

# memory_at DIRECTORY BYTES INODES: a tmpfs that holds so much and no more.
memory_at() {
    mkdir -p "$overlay/$1"
    mount -t tmpfs -o "size=$2,nr_inodes=$3,mode=0755,nosuid,nodev" "mayfly-$1" "$overlay/$1" 2>/run/mayfly/mount.err ||
        problem M-133 "No memory could be mounted for the root: $(tail -n 1 /run/mayfly/mount.err)." "Use kernel and initramfs of the same build."
}

fetch_squashfs() {
    memory_at image $(((squashfs_bytes / 1048576 + 2) * 1048576)) 4 || return 1
    begin_stream squashfs_written "$squashfs_bytes"
    stage source "$source_command" | stage copy tee -p "$work/copy" | stage write write_squashfs
    end_stream
    check_stream || return 1
    [ "$(status_of write)" = 0 ] && [ "$(status_of copy)" = 0 ] && [ "$(squashfs_written)" = "$squashfs_bytes" ] ||
        problem M-122 "The squashfs is not whole: $(squashfs_written) of $squashfs_bytes bytes are in memory. $(tail -n 1 "$work/write.err")" \
            "Copy or download it again and check it with: mayfly image verify DIR"
}

mount_overlay() { # DIRECTORY
    mkdir -p "$overlay/lower"
    # No udev rule makes the control device before the module is in.
    modprobe loop 2>/run/mayfly/mount.err
    mount -o remount,ro "$overlay/image" && mount -t squashfs -o loop,ro "$overlay/image/root.squashfs" "$overlay/lower" 2>/run/mayfly/mount.err ||
        problem M-133 "The squashfs cannot be mounted: $(tail -n 1 /run/mayfly/mount.err)." "Use kernel and initramfs of the same build, or build the image again." || return 1
    memory_at writes "$writes" "$writes_inodes" || return 1
    mkdir -m 755 "$overlay/writes/upper" "$overlay/writes/work"
    # metacopy: a change of owner or mode alone does not copy the file's content into memory.
    mount -t overlay -o "noatime,lowerdir=$overlay/lower,upperdir=$overlay/writes/upper,workdir=$overlay/writes/work,redirect_dir=on,metacopy=on" \
        mayfly-root "$1" 2>/run/mayfly/mount.err ||
        problem M-133 "The overlay cannot be mounted: $(tail -n 1 /run/mayfly/mount.err)." "Use kernel and initramfs of the same build." || return 1
    [ -x "$1/usr/lib/systemd/systemd" ] || problem M-129 "The image holds no systemd." "Build the image again." || return 1
    # An overlay cannot be mounted again with other options, which systemd would do with what fstab says of the root.
    sed -i 's|^/dev/zram0 / .*|# / is a squashfs with an overlay, mounted at boot: see /run/mayfly/boot.json|' "$1/etc/fstab"
}

unmount_overlay() { # DIRECTORY
    for point in "$1" "$overlay/writes" "$overlay/lower" "$overlay/image"; do
        ! mountpoint -q "$point" || umount "$point"
    done
    rm -rf "$overlay"
}

# The place is open with its squashfs: see open_place.
boot_overlay() {
    size_overlay || return 1
    find_dictionary
    [ "$zram_size$zram_limit" = 00 ] || note "size and limit of a zram root were asked for, and this is none"
    found_ms=$(now)
    say "Root: squashfs of $((squashfs_bytes >> 20)) MiB with an overlay of $((writes >> 20)) MiB in $((memory >> 20)) MiB of memory"
    fetch_squashfs || { unmount_overlay "$newroot"; return 1; }
    filled_ms=$(now)
    mount_overlay "$newroot" || { unmount_overlay "$newroot"; return 1; }
    finish_root
}

# A zram root does not fit: the problem of that stays the problem unless the fallback boots.
fall_back() {
    [ "$problem_code" = M-110 ] && [ -z "$root_wanted" ] && has_squashfs || return 1
    zram_cause=$problem_cause
    overlay_why="a zram root is $((shortfall >> 20)) MiB short: RAM $((memory >> 20)) MiB, image $((image_content >> 20)) MiB ($((compressed >> 20)) MiB compressed), kernel and services $(((kernel_share + reserve) >> 20)) MiB"
    say "Booting squashfs with an overlay: $overlay_why."
    close_place
    root_kind=overlay
    open_place "$place" && boot_overlay && return 0
    problem M-110 "$zram_cause Nor does the squashfs with an overlay help ($problem_code): $problem_cause" "$problem_remedy"
}
