#!/bin/sh
# Takes the boot module's place in a benchmark: the same tree as a root on a plain tmpfs, or on a disk. Called with the directory to mount the root on.
newroot=$1
wait_for() { # LABEL
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        found=$(blkid -L "$1") && { echo "$found"; return; }
        sleep 0.5
    done
}

modprobe -a ext4 loop 2>/dev/null
case " $(cat /proc/cmdline) " in
    *" bench.root=tmpfs "*)
        mkdir -p /run/bench/medium /run/bench/unpacked /run/bench/tree
        mount -o ro "$(wait_for MAYFLY-IMAGE)" /run/bench/medium
        mount -t tmpfs -o size=100% bench /run/bench/unpacked
        zstd -dcq </run/bench/medium/root.ext4.zst >/run/bench/unpacked/root.ext4
        mount -o ro,loop /run/bench/unpacked/root.ext4 /run/bench/tree
        mount -t tmpfs -o mode=755 root "$newroot"
        cp -a /run/bench/tree/. "$newroot"
        umount /run/bench/tree /run/bench/unpacked /run/bench/medium
        ;;
    *" bench.root=disk "*)
        mount -t ext4 -o noatime /dev/disk/by-id/virtio-ROOT "$newroot"
        ;;
esac
sed -i '/ \/ /d' "$newroot/etc/fstab"
echo "bench: $(mount | grep " $newroot ")"
