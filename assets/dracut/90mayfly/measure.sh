#!/bin/sh
# Measures, once per build, what the image takes in zram with each algorithm; the builder reads the lines off the serial port.

measure() { # zstd,lz4
    devices='' pids=''
    for name in $(echo "$1" | tr ',' ' '); do
        new_device measure || rescue
        echo "$name" >"/sys/block/$device/comp_algorithm" 2>/dev/null || { say "MAYFLY-MEASURE $name absent"; continue; }
        set_disksize "$image_stream" || rescue
        mkfifo "/run/mayfly/measure-$device"
        dd if="/run/mayfly/measure-$device" of="/dev/$device" bs=1M iflag=fullblock oflag=direct conv=fsync 2>/dev/null &
        pids="$pids $!"
        devices="$devices $device:$name"
    done
    targets=''
    for entry in $devices; do targets="$targets /run/mayfly/measure-${entry%%:*}"; done
    # One pass of unpacking feeds all of them side by side.
    # shellcheck disable=SC2086
    "$source_command" | zstd -dcq | tee $targets >/dev/null || say "MAYFLY-MEASURE failed"
    # shellcheck disable=SC2086
    wait $pids
    for entry in $devices; do
        if [ "$(awk_column 2 <"/sys/block/${entry%%:*}/io_stat")" = 0 ]; then
            say "MAYFLY-MEASURE ${entry#*:} $(memory_used "${entry%%:*}")"
        fi
    done
    say "MAYFLY-MEASURE done"
    poweroff -f
}
