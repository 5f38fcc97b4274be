#!/bin/sh
# Makes kernel and initramfs from the base tree.
# build-initramfs.sh BASE_TAR WORK_DIRECTORY ASSETS OUT      with SOURCE_DATE_EPOCH in the environment
. "${0%/*}/tree.sh"
assets=$3 out=$4

open_tree "$1" "$2"
cp -r "$assets/dracut/90mayfly" "$tree/usr/lib/dracut/modules.d/90mayfly"
chmod 755 "$tree"/usr/lib/dracut/modules.d/90mayfly/*.sh
version=$(basename "$tree"/usr/lib/modules/*)

inside SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" dracut --quiet --force --reproducible --no-hostonly --no-early-microcode --nostrip --nofscks \
    --no-hostonly-cmdline --modules 'base shell-interpreter udev-rules mayfly' \
    --compress 'zstd -q -12 -T2' --kver "$version" /tmp/initramfs.img </dev/null
inside lsinitrd /tmp/initramfs.img 2>/dev/null >"$out/initramfs.list" || :

cp "$tree/tmp/initramfs.img" "$out/initramfs.img"
cp "$tree/boot/vmlinuz-$version" "$out/vmlinuz"
printf '%s\n' "$version" >"$out/kernel-version"
chmod 644 "$out"/*
hand_over "$out"
