#!/bin/sh
# From kernel to a mounted root, on /dev/zram0 or as squashfs with an overlay: finds the image, fills, checks, grows. Anything wrong ends in a numbered
# problem and a rescue shell.
# Called with the directory to mount the root on; the other files here are its parts.

here=${0%/*}
for part in problem parameters places network fill dictionary overlay record measure; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done
newroot=$1
mkdir -p /run/mayfly
started_ms=$(now)

# The builder asks only whether this kernel runs at all on the accelerator it tries.
if kernel_flag mayfly.probe; then
    say "MAYFLY-PROBE ok"
    poweroff -f
fi

memory_bytes() { echo $(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024)); }

size_root() {
    memory=$(memory_bytes)
    compressed=$(measured_bytes "$algorithm${dictionary_level:+-dict}")
    fit='' shortfall=''
    sh "$here/sizing.sh" "$memory" "$image_content" "$compressed" "$image_stream" "$reserve" "$zram_size" "$zram_limit" >/run/mayfly/sizing
    while IFS='=' read -r key value; do
        case $key in
            fit) fit=$value ;;
            filesystem) filesystem=$value ;;
            disksize) disksize=$value ;;
            limit) limit=$value ;;
            compressed) compressed=$value ;;
            kernel) kernel_share=$value ;;
            shortfall) shortfall=$value ;;
            note) note "$value" ;;
        esac
    done </run/mayfly/sizing
    case $fit in
        normal | tight) ;;
        none)
            problem M-110 "Too little memory: this machine has $((memory >> 20)) MiB; the image unpacks to $((image_content >> 20)) MiB, takes $((compressed >> 20)) MiB compressed, kernel and services need $(((kernel_share + reserve) >> 20)) MiB: $((shortfall >> 20)) MiB short." \
                "Give the machine at least $(((memory + shortfall + 33554432) >> 20)) MiB, or boot a smaller image."
            ;;
        *) problem M-110 "The size of the root could not be worked out (/run/mayfly/sizing)." "Report this with the output of: cat /proc/meminfo /run/mayfly/root.manifest" ;;
    esac
}

# Without its dictionary the same image takes another size.
start_device() {
    set_disksize "$disksize" && return 0
    [ -n "$dictionary_level" ] || return 1
    drop_dictionary && size_root && set_disksize "$disksize"
}

# The same machine has the same id in every uptime, or DHCP would give it another address each time; without a firmware id it is random.
name_machine() { # ROOT
    uuid=$(cat /sys/class/dmi/id/product_uuid 2>/dev/null)
    case $uuid in
        '' | 00000000-0000-0000-0000-000000000000 | [Ff][Ff][Ff][Ff][Ff][Ff][Ff][Ff]-*) return 0 ;;
    esac
    printf 'mayfly %s' "$uuid" | sha256sum | cut -c 1-32 >"$1/etc/machine-id"
}

# Mounted and whole: what is left before services start.
finish_root() {
    done_ms=$(now)
    close_place
    name_machine "$newroot"
    write_record
    say "Root is ready after $((done_ms / 1000)).$((done_ms / 100 % 10)) s, starting services ..."
}

boot_zram() {
    size_stream || return 1
    if [ -n "$(kernel_value mayfly.measure)" ]; then
        measure "$(kernel_value mayfly.measure)"
    fi
    new_device root || return 1
    choose_algorithm "$algorithm_wanted" || return 1
    choose_dictionary
    size_root || return 1
    found_ms=$(now)
    say "Root: $((filesystem >> 20)) MiB on zram ($algorithm, limit $((limit >> 20)) MiB) in $((memory >> 20)) MiB of memory"
    start_device && fill_device && read_back || { reset_device; return 1; }
    filled_ms=$(now)
    grow_root "$newroot" || { reset_device; return 1; }
    finish_root
}

boot_from() {
    root_kind=${root_wanted:-zram} overlay_why=''
    [ -z "$root_wanted" ] || overlay_why="asked for"
    open_place "$1" || return 1
    if [ "$root_kind" = overlay ]; then boot_overlay; else boot_zram || fall_back; fi
}

if kernel_flag mayfly.rescue; then
    problem M-130 "Stopped before looking for an image, as mayfly.rescue asks." "Go on with: reboot -f (without mayfly.rescue)"
    rescue
fi

places=$(kernel_values mayfly.image)
if [ -z "$places" ]; then
    problem M-101 "The kernel command line names no image." "Add mayfly.image=LABEL=NAME:/root.ext4.zst or mayfly.image=http://server/root.ext4.zst"
    rescue
fi

read_wishes || rescue
# The parts share one set of variables: those that live as long as these loops have names of their own.
failed_boots=0
for next_place in $places; do
    # What came over the network may come damaged once; a disk does not get better by asking again.
    attempts_left=1
    case $next_place in http*) attempts_left=3 ;; esac
    while [ "$attempts_left" -gt 0 ]; do
        [ "$failed_boots" -eq 0 ] || say "$problem_code  $problem_cause Trying $next_place ..."
        boot_from "$next_place" && exit 0
        note "$problem_code at $next_place"
        close_place
        failed_boots=$((failed_boots + 1))
        attempts_left=$((attempts_left - 1))
    done
done
rescue
