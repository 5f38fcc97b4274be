#!/bin/sh
# Runs inside mmdebstrap as its last hook, with the new tree as argument: takes out what a storage node does not need and unpacks the kernel's modules.
set -eu
root=$1

# Modules: drivers for people who sit in front of a desktop.
for modules in "$root"/usr/lib/modules/*; do
    kernel=$modules/kernel
    rm -rf "$kernel/sound" "$kernel/drivers/media" "$kernel/drivers/gpu" "$kernel/drivers/net/wireless" "$kernel/drivers/bluetooth" \
        "$kernel/drivers/staging" "$kernel/drivers/iio" "$kernel/drivers/comedi" "$kernel/drivers/isdn" "$kernel/drivers/accel" \
        "$kernel/drivers/nfc" "$kernel/drivers/mtd" "$kernel/drivers/soundwire" "$kernel/drivers/atm" "$kernel/drivers/gnss" \
        "$kernel/drivers/input/joystick" "$kernel/drivers/input/touchscreen" "$kernel/drivers/input/tablet" "$kernel/drivers/input/misc" \
        "$kernel/drivers/platform/x86" "$kernel/drivers/platform/surface" "$kernel/drivers/platform/chrome" "$kernel/drivers/leds" \
        "$kernel/drivers/pcmcia" "$kernel/drivers/memstick" "$kernel/drivers/firewire" "$kernel/drivers/w1" "$kernel/drivers/parport" \
        "$kernel/drivers/usb/gadget" "$kernel/drivers/usb/misc" "$kernel/drivers/net/wwan" "$kernel/drivers/net/can" "$kernel/drivers/net/hamradio" \
        "$kernel/drivers/net/ieee802154" "$kernel/drivers/net/arcnet" "$kernel/drivers/net/wan" "$kernel/drivers/net/fddi" \
        "$kernel/net/bluetooth" "$kernel/net/wireless" "$kernel/net/mac80211" "$kernel/net/nfc" "$kernel/net/can" "$kernel/net/ax25" \
        "$kernel/net/netrom" "$kernel/net/rose" "$kernel/net/atm" "$kernel/net/ieee802154" "$kernel/net/mac802154" "$kernel/net/6lowpan" \
        "$kernel/net/batman-adv" "$kernel/net/appletalk" "$kernel/net/phonet" "$kernel/net/caif" "$kernel/net/l2tp" "$kernel/net/rxrpc" \
        "$kernel/fs/hfs" "$kernel/fs/hfsplus" "$kernel/fs/jfs" "$kernel/fs/ufs" "$kernel/fs/affs" "$kernel/fs/minix" "$kernel/fs/qnx4" "$kernel/fs/qnx6" \
        "$kernel/fs/adfs" "$kernel/fs/bfs" "$kernel/fs/befs" "$kernel/fs/efs" "$kernel/fs/hpfs" "$kernel/fs/sysv" "$kernel/fs/omfs" "$kernel/fs/afs" \
        "$kernel/fs/ecryptfs" "$kernel/fs/jffs2" "$kernel/fs/ubifs" "$kernel/fs/nilfs2" "$kernel/fs/ocfs2" "$kernel/fs/orangefs" "$kernel/fs/coda" \
        "$kernel/fs/reiserfs" "$kernel/fs/vboxsf" "$kernel/drivers/accessibility" "$kernel/drivers/android" "$kernel/drivers/thunderbolt" \
        "$kernel"/lib/test* "$kernel"/lib/*kunit* "$kernel/samples"
    # A page of compressed data does not compress again: in zram an unpacked module takes less than a packed one.
    find "$kernel" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 -P 2 xz -d
    chroot "$root" /usr/sbin/depmod "${modules##*/}"
done

rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* "$root"/usr/share/lintian "$root"/usr/share/linda \
    "$root"/usr/share/bug "$root"/usr/share/doc-base "$root"/usr/share/pixmaps "$root"/usr/share/icons \
    "$root"/boot/initrd.img-* "$root"/boot/System.map-* "$root"/initrd.img* "$root"/vmlinuz*
# Only its compiled form is read.
rm -rf "$root"/usr/lib/udev/hwdb.d
# Licences stay, everything else under doc goes.
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l -delete
find "$root/usr/share/doc" -depth -type d -empty -delete
find "$root" -xdev -name '__pycache__' -type d -prune -exec rm -rf {} +
