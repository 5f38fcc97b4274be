#!/bin/sh
# Makes the zram device, streams the image into it, and believes nothing: every stage's status, the sum, the device's own counters, a read-back.

# new_device ALGORITHM BYTES: sets device (name), algorithm (in use).
new_device() {
    if [ ! -e /sys/class/zram-control/hot_add ]; then
        # No device of its own making: hot_add then gives zram0.
        modprobe zram num_devices=0 2>/run/mayfly/modprobe.err
    fi
    if [ -e /sys/block/zram0 ] && [ "$(cat /sys/block/zram0/initstate)" = 0 ] && [ "$1" != measure ]; then
        device=zram0
    else
        number=$(cat /sys/class/zram-control/hot_add 2>/dev/null) ||
            problem M-120 "This kernel offers no zram: $(tail -n 1 /run/mayfly/modprobe.err 2>/dev/null)." \
                "Use kernel and initramfs of the same build." || return 1
        device=zram$number
    fi
}

# `[lzo] lzo-rle zstd` → `lzo lzo-rle zstd`
offered_algorithms() { tr -d '[]' <"/sys/block/$device/comp_algorithm"; }

# choose_algorithm WANTED: the wanted one, or the best of what the kernel offers; sets algorithm.
choose_algorithm() {
    wanted=${1:-zstd}
    if echo "$wanted" >"/sys/block/$device/comp_algorithm" 2>/dev/null; then
        algorithm=$wanted
    else
        algorithm=
        for candidate in zstd lz4hc lz4 lzo-rle lzo $(offered_algorithms); do
            echo "$candidate" >"/sys/block/$device/comp_algorithm" 2>/dev/null || continue
            algorithm=$candidate
            break
        done
        note "algorithm $wanted is not offered by this kernel ($(offered_algorithms)), $algorithm used instead"
        say "Compression $wanted is not offered by this kernel, using $algorithm."
    fi
    chosen=$(sed 's/.*\[\(.*\)\].*/\1/' "/sys/block/$device/comp_algorithm")
    [ "$chosen" = "$algorithm" ] ||
        problem M-121 "zram took $chosen where $algorithm was set." "Use kernel and initramfs of the same build."
}

set_disksize() { # BYTES
    echo "$1" >"/sys/block/$device/disksize" 2>/dev/null
    [ "$(cat "/sys/block/$device/initstate")" = 1 ] && [ "$(cat "/sys/block/$device/disksize")" = "$1" ] ||
        problem M-121 "zram did not accept a disksize of $1 bytes." "Give another mayfly.zram.size=, or use kernel and initramfs of the same build."
}

reset_device() {
    echo 1 >"/sys/block/$device/reset" 2>/dev/null
}

memory_used() { awk_column 3 <"/sys/block/$1/mm_stat"; }

awk_column() {
    # shellcheck disable=SC2046
    set -- "$1" $(cat)
    shift "$1"
    echo "$1"
}

zram_written() { awk_column 1 <"/sys/block/$device/mm_stat"; }

watch_progress() { # COMMAND BYTES
    while sleep 2; do
        say_again "Filling: $(($("$1") * 100 / $2)) %"
    done
}

status_of() { cat "/run/mayfly/fill/$1.status" 2>/dev/null || echo missing; }

# Each stage leaves its exit status in a file, since a POSIX pipeline only tells that of the last.
stage() {
    name=$1
    shift
    "$@" 2>"/run/mayfly/fill/$name.err"
    echo $? >"/run/mayfly/fill/$name.status"
}

# write_stream DEVICE: standard input in chunks, as many at once as there are processors. zram compresses in the writer's context, so that one
# writer would leave all but one processor idle.
write_stream() {
    slots=$(nproc)
    [ "$slots" -le 8 ] || slots=8
    chunk=0 pids=
    while :; do
        part=/run/mayfly/fill/chunk.$chunk
        dd of="$part" bs=1M count=16 iflag=fullblock status=none || return 1
        [ -s "$part" ] || break
        write_chunk "$part" "$1" $((chunk * 16)) &
        pids="$pids $!"
        chunk=$((chunk + 1))
        # shellcheck disable=SC2086
        set -- "$1" $pids
        if [ "$#" -gt "$slots" ]; then
            wait "$2" || return 1
            pids=${pids# "$2"}
        fi
    done
    rm -f "$part"
    for pid in $pids; do wait "$pid" || return 1; done
    sync "$1"
}

write_chunk() { # FILE DEVICE MEBIBYTES
    dd if="$1" of="$2" bs=1M seek="$3" oflag=direct conv=notrunc status=none && rm -f "$1"
}

sum_stream() { sha256sum <"$1" | cut -d ' ' -f 1 >"$2"; }

# What is to be read back is summed as it was unpacked, not as a manifest says: not every image comes with one.
unpack() {
    if kernel_flag mayfly.readback=full; then
        stage unpack zstd -dcq | tee -p "$work/plain"
    else
        stage unpack zstd -dcq
    fi
}

# begin_stream COMMAND BYTES: what every root is read through, a sum of it beside it and a sign of progress. Sets work, summers, watcher.
begin_stream() {
    work=/run/mayfly/fill
    rm -rf "$work"
    mkdir -p "$work"
    mkfifo "$work/copy" "$work/plain"
    sum_stream "$work/copy" "$work/sha256" &
    summers=$!
    watch_progress "$1" "$2" &
    watcher=$!
}

end_stream() {
    # shellcheck disable=SC2086
    wait $summers
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    say_again "Filling: done"
    say ''
}

# What was read is what was built.
check_stream() {
    sum=$(cat "$work/sha256")
    [ "$(status_of source)" = 0 ] ||
        problem M-122 "Reading the image stopped: $(tail -n 1 "$work/source.err")." "Check the medium or the server, and boot again." || return 1
    [ "$sum" = "$image_sha256" ] ||
        problem M-123 "The image is damaged: its sha256 is $sum, expected $image_sha256." \
            "Copy or download it again and check it with: mayfly image verify DIR"
}

fill_device() {
    begin_stream zram_written "$image_stream"
    if kernel_flag mayfly.readback=full; then
        sum_stream "$work/plain" "$work/plain.sha256" &
        summers="$summers $!"
    fi
    # tee -p: a decompressor that gives up must not keep the sum from being the whole stream's.
    stage source "$source_command" |
        stage copy tee -p "$work/copy" |
        unpack |
        stage write write_stream "/dev/$device"
    end_stream
    check_stream || return 1
    [ "$(status_of unpack)" = 0 ] ||
        problem M-124 "The image does not unpack: $(tail -n 1 "$work/unpack.err")." "Build the image again." || return 1
    [ "$(status_of write)" = 0 ] && [ "$(status_of copy)" = 0 ] ||
        problem M-125 "Writing to zram stopped: $(tail -n 1 "$work/write.err")." \
            "Give the machine more memory, or check it with a memory test." || return 1
    failed=$(awk_column 2 <"/sys/block/$device/io_stat")
    [ "$failed" = 0 ] ||
        problem M-125 "zram refused $failed writes." "Give the machine more memory, or check it with a memory test." || return 1
}

# What was written is read back from the device: the filesystem's own numbers against the manifest's, or every byte if asked for.
read_back() {
    dumpe2fs -h "/dev/$device" >/run/mayfly/superblock 2>/dev/null ||
        problem M-126 "What was written to zram does not read back as a filesystem." "Check the machine's memory." || return 1
    blocks=$(superblock 'Block count')
    bytes=$((blocks * $(superblock 'Block size')))
    inodes=$(($(superblock 'Inode count') - $(superblock 'Free inodes')))
    [ "$bytes" -eq "$image_stream" ] ||
        problem M-126 "The filesystem on zram has $bytes bytes, the image $image_stream." "Build the image again." || return 1
    if [ -n "$image_uuid" ]; then
        [ "$(superblock 'Filesystem UUID')" = "$image_uuid" ] && [ "$inodes" -eq "$image_inodes" ] ||
            problem M-126 "The filesystem on zram is not the image's: $inodes of $image_inodes inodes." "Build the image again." || return 1
    fi
    if kernel_flag mayfly.readback=full; then
        say "Reading back every byte ..."
        [ "$(head -c "$image_stream" "/dev/$device" | sha256sum | cut -d ' ' -f 1)" = "$(cat "$work/plain.sha256")" ] ||
            problem M-126 "What was written to zram does not read back the same." "Check the machine's memory." || return 1
        say "Read back $((image_stream >> 20)) MiB: the same as unpacked."
    fi
}

superblock() { sed -n "s/^$1: *//p" /run/mayfly/superblock; }

# grow_root DIRECTORY: mounts and grows; the limit comes last, once all that had to be written is in.
grow_root() {
    mount -t ext4 -o noatime,discard,errors=continue "/dev/$device" "$1" 2>/run/mayfly/mount.err ||
        problem M-127 "The root filesystem cannot be mounted: $(tail -n 1 /run/mayfly/mount.err)." "Build the image again." || return 1
    if ! resize2fs "/dev/$device" "$((filesystem / 1024))K" >/run/mayfly/resize.log 2>&1; then
        umount "$1"
        problem M-128 "The root filesystem does not grow: $(tail -n 1 /run/mayfly/resize.log)." "Boot with another mayfly.zram.size=."
        return 1
    fi
    [ "$(awk_column 2 <"/sys/block/$device/io_stat")" = 0 ] && [ "$(cat "/sys/fs/ext4/$device/errors_count")" = 0 ] || {
        umount "$1"
        problem M-128 "The root filesystem had errors while it grew." "Check the machine's memory."
        return 1
    }
    [ -x "$1/usr/lib/systemd/systemd" ] || {
        umount "$1"
        problem M-129 "The image holds no systemd." "Build the image again."
        return 1
    }
    echo "$limit" >"/sys/block/$device/mem_limit"
    [ "$(awk_column 4 <"/sys/block/$device/mm_stat")" = "$limit" ] || note "memory limit was not accepted"
}
