#!/bin/sh
# Makes the root filesystem image from the base tree, our files and the program.
# build-root.sh BASE_TAR WORK_DIRECTORY ASSETS OUT NODE BUNDLE VERSION UUID LEVEL FALLBACK PROFILE_KEYS      with SOURCE_DATE_EPOCH in the environment
# FALLBACK: not empty: the same tree as a squashfs, too. PROFILE_KEYS: not empty: the file of public keys that profiles are signed with.
. "${0%/*}/tree.sh"
assets=$3 out=$4 node=$5 bundle=$6 version=$7 uuid=$8 level=$9 fallback=${10} profile_keys=${11}

open_tree "$1" "$2"

# Our files. Ownership and mode of a checkout are whatever the builder's umask made them.
tar -C "$assets/root" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' -cf - . | tar -C "$tree" --no-overwrite-dir -xpf -
for unit in "$assets"/systemd/*; do install -m 644 "$unit" "$tree/usr/lib/systemd/system/"; done
install -m 755 "$node" "$tree/usr/lib/mayfly/node"
install -m 644 "$bundle" "$tree/usr/lib/mayfly/mayfly.mjs"
if [ -n "$profile_keys" ]; then install -m 644 "$profile_keys" "$tree/usr/lib/mayfly/profile-keys.pem"; fi

# What only building needed.
inside dpkg --force-depends --purge dracut dracut-core dracut-install busybox cpio pigz >/dev/null 2>&1 || :
inside dpkg-query -W -f '${Package}\t${Version}\n' >"$out/packages.tsv"

# Services.
inside systemctl --quiet enable systemd-networkd.service systemd-resolved.service chrony.service ssh.service \
    mayfly-console@tty1.service mayfly-configure.service mayfly-guard.service 2>/dev/null
inside systemctl --quiet mask getty@tty1.service serial-getty@.service systemd-firstboot.service 2>/dev/null
inside systemctl --quiet disable apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer systemd-pstore.service rsyslog.service 2>/dev/null || :
inside systemctl --quiet set-default multi-user.target 2>/dev/null
# Cluster daemons start when a profile says so, never because a package was installed.
for unit in glusterd.service glustereventsd.service ceph.target ceph-mon.target ceph-mgr.target ceph-osd.target ceph-mds.target ceph-crash.service; do
    if [ -e "$tree/usr/lib/systemd/system/$unit" ]; then inside systemctl --quiet disable "$unit" 2>/dev/null || :; fi
done
ln -sf ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
# No password opens root until a profile sets one; keys still do.
inside usermod --password '*' --shell /bin/bash root

for name in proc sys dev; do umount -l "$tree/$name"; done

# Nothing of the machine it was built on, nothing that differs between two builds.
: >"$tree/etc/machine-id"
rm -f "$tree"/etc/ssh/ssh_host_* "$tree"/var/lib/dbus/machine-id "$tree"/etc/.pwd.lock "$tree"/etc/*- "$tree"/var/lib/systemd/random-seed \
    "$tree"/etc/apt/sources.list "$tree"/etc/apt/sources.list.d/* "$tree"/etc/apt/apt.conf.d/*mmdebstrap* "$tree"/etc/dpkg/dpkg.cfg.d/*mmdebstrap* \
    "$tree"/var/lib/dpkg/*-old "$tree"/var/cache/ldconfig/aux-cache
rm -rf "${tree:?}"/boot/* "$tree"/tmp/* "$tree"/var/tmp/* "$tree"/run/* "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/cache/debconf/*-old \
    "$tree"/usr/lib/kernel/install.d "$tree"/etc/kernel
# /var/log is memory of its own at boot; its folders come back with their owners.
(cd "$tree" && find var/log -mindepth 1 -type d -printf 'd /%p %m %U %G -\n' | sort) >"$out/log-folders"
install -m 644 "$out/log-folders" "$tree/usr/lib/tmpfiles.d/mayfly-log.conf"
rm -rf "$tree"/var/log/* "$out/log-folders"

# What can be known of itself inside.
packages=$(sed 's/\(.*\)\t\(.*\)/"\1":"\2"/' "$out/packages.tsv" | paste -sd, -)
printf '{"version":1,"image":"%s","uuid":"%s","packages":{%s}}\n' "$version" "$uuid" "$packages" >"$tree/usr/lib/mayfly/manifest.json"
printf 'NAME=Mayfly\nIMAGE_ID=mayfly\nIMAGE_VERSION=%s\n' "$version" >"$tree/usr/lib/mayfly/image-release"

# Nothing is newer than these, so that ldconfig and its kin do not run at every boot (systemd-update-done.service(8)).
: >"$tree/etc/.updated"
: >"$tree/var/.updated"
find "$tree" -xdev -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# The fallback root, beside the other work. SOURCE_DATE_EPOCH is its time, and that of whatever is newer (mksquashfs(1)); block size: docs/image.md.
squashfs=
if [ -n "$fallback" ]; then
    mksquashfs "$tree" "$out/root.squashfs" -noappend -no-progress -comp zstd -Xcompression-level "$level" -b 256K >/dev/null &
    squashfs=$!
fi

# Every file rounded up to blocks, 6 % and 32 MiB more: empty blocks cost nothing, neither packed nor in zram.
bytes=$(find "$tree" -xdev -printf '%D:%i %s %y\n' | sort -u | awk '{ total += $3 == "f" ? int(($2 + 4095) / 4096) * 4096 : 4096 } END { printf "%.0f", total }')
size=$((bytes * 106 / 100 / 1048576 + 32))
# The tree's own mke2fs, since only 1.47.1 and later make the same image twice; its loader needs no chroot.
library() { "$tree"/usr/lib64/ld-linux-x86-64.so.2 --library-path "$tree/usr/lib/x86_64-linux-gnu" "$@"; }
rm -f "$out/root.ext4"
library "$tree/usr/sbin/mke2fs" -q -t ext4 -d "$tree" -m 0 -b 4096 -i 8192 -O '^has_journal' -U "$uuid" -L mayfly-root \
    -E "assume_storage_prezeroed=1,nodiscard,resize=16777216,hash_seed=$uuid,root_owner=0:0" "$out/root.ext4" "${size}M"
library "$tree/usr/sbin/e2fsck" -fn "$out/root.ext4" >/dev/null || { echo "the new filesystem does not pass e2fsck" >&2; exit 1; }
library "$tree/usr/sbin/dumpe2fs" -h "$out/root.ext4" 2>/dev/null >"$out/superblock"
sha256sum <"$out/root.ext4" | cut -d ' ' -f 1 >"$out/uncompressed.sha256"
# The sha256 of the whole is checked anyway.
zstd -q -f --no-check "-$level" -T0 "$out/root.ext4" -o "$out/root.ext4.zst"
sha256sum <"$out/root.ext4.zst" | cut -d ' ' -f 1 >"$out/compressed.sha256"
stat -c %s "$out/root.ext4" >"$out/uncompressed.bytes"
rm -f "$out/root.ext4"
[ -z "$squashfs" ] || wait "$squashfs" || { echo "mksquashfs ended with an error" >&2; exit 1; }
chmod 644 "$out"/*
hand_over "$out"
