#!/bin/sh
# Measures, once per build, what the image takes in zram with each algorithm; the builder reads the lines off the serial port.

# What to measure is a list of `zstd`, `zstd:6` (level), `zstd:6:FILE` (level, dictionary beside the image's own) and `zstd-dict` (as the root is made).
measure() { # zstd,lz4,zstd-dict
    measuring_at &
    at=$!
    if kernel_flag mayfly.measure.times; then
        measure_times "$1"
    else
        measure_at_once "$1"
    fi
    kill "$at"
    say "MAYFLY-MEASURE done"
    poweroff -f
}

# A sign of life, by which the builder tells a slow machine from one that hangs: bytes written to each device so far.
measuring_at() {
    while sleep 10; do
        say "Measuring: $(for stat in /sys/block/zram*/mm_stat; do awk_column 1 <"$stat"; done | tr '\n' ' ')"
    done
}

measuring_device() { # VARIANT
    new_device measure || rescue
    name=${1%%:*}
    name=${name%-dict}
    parameters=''
    case $1 in
        *-dict) parameters="level=$(pair "$dictionary_facts" level) dict=$dictionary_file" ;;
        *:*:*)
            parameters=${1#*:}
            parameters="level=${parameters%%:*} dict=${dictionary_file%/*}/${1##*:}"
            ;;
        *:*) parameters=level=${1#*:} ;;
    esac
    echo "$name" >"/sys/block/$device/comp_algorithm" 2>/dev/null &&
        { [ -z "$parameters" ] || set_parameters "$name" "$parameters"; } ||
        { say "MAYFLY-MEASURE $1 absent"; return 1; }
    # Seen with level 9 and 256 KiB: the kernel takes the parameters and then makes no device with them.
    set_disksize "$image_stream" || { reset_device; say "MAYFLY-MEASURE $1 absent"; return 1; }
}

# One pass of unpacking feeds all of them side by side.
measure_at_once() {
    devices='' pids='' targets=''
    for variant in $(echo "$1" | tr ',' ' '); do
        measuring_device "$variant" || continue
        mkfifo "/run/mayfly/measure-$device"
        dd if="/run/mayfly/measure-$device" of="/dev/$device" bs=1M iflag=fullblock oflag=direct conv=fsync 2>/dev/null &
        pids="$pids $!"
        devices="$devices $device:$variant"
        targets="$targets /run/mayfly/measure-$device"
    done
    # shellcheck disable=SC2086
    "$source_command" | zstd -dcq | tee $targets >/dev/null || say "MAYFLY-MEASURE failed"
    # shellcheck disable=SC2086
    wait $pids
    for entry in $devices; do
        if [ "$(awk_column 2 <"/sys/block/${entry%%:*}/io_stat")" = 0 ]; then
            say "MAYFLY-MEASURE ${entry#*:} $(memory_used "${entry%%:*}")"
        fi
    done
}

# One after the other, alone on its processor, from memory: bytes, KiB that the empty device took, milliseconds to write and to read back.
measure_times() {
    "$source_command" | zstd -dcq >/run/mayfly/sample || say "MAYFLY-MEASURE failed"
    for variant in $(echo "$1" | tr ',' ' '); do
        free=$(free_kib)
        measuring_device "$variant" || continue
        empty=$((free - $(free_kib)))
        begun=$(now)
        dd if=/run/mayfly/sample of="/dev/$device" bs=1M oflag=direct 2>/dev/null
        written=$(now)
        dd if="/dev/$device" of=/dev/null bs=1M iflag=direct 2>/dev/null
        ended=$(now)
        say "MAYFLY-MEASURE $variant $(memory_used "$device") $empty $((written - begun)) $((ended - written))"
        reset_device
    done
}

free_kib() { sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
