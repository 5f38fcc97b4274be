#!/bin/bash
# Tells dracut what the boot module needs: its scripts, the programs they call and the drivers behind which an image can lie.

check() {
    require_binaries zstd sha256sum mke2fs resize2fs dumpe2fs blkid blockdev curl busybox ip || return 1
    # Only when asked for by name: this module replaces root=.
    return 255
}

depends() {
    echo base udev-rules
}

installkernel() {
    # The root itself: zram with every compressor that it may load by alias.
    hostonly='' instmods zram lz4 lz4_compress lz4hc lz4hc_compress lzo lzo-rle zstd deflate 842 \
        =lib/lz4 =lib/lzo =lib/842 ext4 crc32c crc32c-intel libcrc32c
    # The fallback root.
    hostonly='' instmods squashfs overlay loop
    # Where an image can be read from.
    hostonly='' instmods vfat nls_cp437 nls_iso8859-1 nls_ascii nls_utf8 iso9660 udf xfs \
        virtio virtio_pci virtio_mmio virtio_blk virtio_scsi virtio_net virtio_console virtio-rng \
        hv_storvsc hv_netvsc hv_vmbus vmw_pvscsi vmxnet3 xen-blkfront xen-netfront \
        ahci ata_piix ata_generic sd_mod sr_mod cdrom nvme sg \
        usb-storage uas xhci-hcd xhci-pci xhci-pci-renesas ehci-hcd ehci-pci uhci-hcd ohci-hcd ohci-pci \
        hid usbhid hid-generic i8042 atkbd \
        mpt3sas megaraid_sas mpi3mr smartpqi aacraid arcmsr hpsa isci pm80xx mptsas mptspi 3w-sas 3w-9xxx \
        mmc_block sdhci sdhci-pci sdhci-acpi
    # What an HTTP image comes through.
    hostonly='' instmods af_packet \
        e1000 e1000e igb igc ixgbe i40e ice iavf tg3 bnx2 bnx2x bnxt_en be2net cxgb4 enic r8169 8139cp 8139too \
        mlx4_en mlx5_core nfp qede sfc sfc-siena atlantic hinic alx atl1c jme sky2 forcedeth pcnet32 ne2k-pci \
        usbnet cdc_ether cdc_ncm r8152 ax88179_178a asix =drivers/net/phy
}

install() {
    inst_multiple zstd sha256sum mke2fs resize2fs dumpe2fs e2fsck blkid blockdev curl busybox ip \
        nproc cat tee dd head od stat cut sort uname date mktemp mountpoint sync stty tail grep env wc
    inst_multiple -o reboot poweroff dmesg lsblk
    # TLS for images that come by https.
    inst_simple /etc/ssl/certs/ca-certificates.crt
    inst_simple /etc/nsswitch.conf
    inst_libdir_file 'libnss_dns.so.*' 'libnss_files.so.*'
    inst_hook cmdline 30 "$moddir/parse-mayfly.sh"
    inst_hook mount 30 "$moddir/mount-mayfly.sh"
    local part
    for part in boot.sh places.sh problem.sh parameters.sh fill.sh dictionary.sh overlay.sh network.sh record.sh sizing.sh overlay-sizing.sh measure.sh lease.sh; do
        inst_script "$moddir/$part" "/lib/mayfly/$part"
    done
}
