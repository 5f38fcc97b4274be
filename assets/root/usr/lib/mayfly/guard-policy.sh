#!/bin/sh
# Decides what the guard of the zram root does next; calculates only, and without a fork, so that a table can test it and a short machine can run it.
#
# The guard sources it. On its own: guard-policy.sh NAME=VALUE...    sizes in bytes, times in seconds of uptime
#   now used limit disksize        of the zram device; limit 0 = none
#   lost                           failed writes of zram and errors of ext4
#   size free inodes inodes_free   of the filesystem; free counts what is held back, too
#   delayed                        written by programs, not yet to zram
#   grown taken                    since the last look: what zram uses more, and what the filesystem has less free
#   total available pressure       of memory; pressure in percent
#   needs                          what the role's daemons need beside the root
#   before                         level so far: 0 ok, 1 watch, 2 act, 3 critical
#   cleaned cleaned_used cleaned_freed trimmed     when the guard last cleaned, what was used then, what it gave; when it last trimmed
# Prints, or sets: level= why= reserve= clean= raise= wait=
#   reserve   bytes that ext4 shall hold back from everybody, so that it is full before zram is
#   clean     any of vacuum trim compact
#   raise     the new memory limit, or 0

MI=1048576

# rank VALUE WATCH ACT CRITICAL: sets $rank. A level that was reached is left only two points below where it began.
rank() {
    w=$2 a=$3 c=$4 rank=0
    [ "$before" -lt 1 ] || w=$((w - 2))
    [ "$before" -lt 2 ] || a=$((a - 2))
    [ "$before" -lt 3 ] || c=$((c - 2))
    if [ "$1" -ge "$c" ]; then rank=3; elif [ "$1" -ge "$a" ]; then rank=2; elif [ "$1" -ge "$w" ]; then rank=1; fi
}

# worse WORDS: the worst metric gives the level and the reason.
worse() {
    [ "$rank" -gt "$worst" ] || return 0
    worst=$rank why=$1
}

decide() {
    worst=0 why='' clean='' raise=0

    # Beyond this no data, however random, can bring zram. Inode tables take 256 bytes an inode and are in nobody's free blocks.
    safe=$(((size + inodes * 256) * 103 / 100 + 64 * MI))
    binds=no
    if [ "$limit" -gt 0 ] && [ "$limit" -lt "$safe" ]; then binds=yes; fi

    # ext4's own: a fiftieth, 16 MiB at most.
    least=$((size / 50))
    [ "$least" -le $((16 * MI)) ] || least=$((16 * MI))
    reserve=$least
    if [ $binds = yes ]; then
        # Every block that may still be written can be incompressible: what the limit cannot carry is held back.
        room=$((limit - used - 32 * MI - inodes_free * 256 - delayed * 102 / 100))
        [ $room -gt 0 ] || room=0
        reserve=$((free - room * 100 / 102))
        reserve=$(((reserve + MI - 1) / MI * MI))
        [ $reserve -gt $least ] || reserve=$least
        [ $reserve -lt "$size" ] || reserve=$((size - MI))
    fi

    open=$((free - reserve))
    [ $open -gt 0 ] || open=0
    full=0 near=0
    if [ "$inodes" -gt 0 ]; then
        share=$((100 - inodes_free * 100 / inodes))
        rank $share 85 90 95
        worse "inodes $share % used"
    fi
    if [ "$size" -gt 0 ]; then
        share=$((100 - open * 100 / size))
        rank $share 85 90 95
        full=$rank
        if [ $reserve -eq $least ]; then
            worse "blocks $share % used"
        else
            worse "blocks $share % used or held back, memory limit $((used * 100 / limit)) % used"
        fi
    fi
    if [ $binds = yes ]; then
        share=$((used * 100 / limit))
        rank $share 80 90 95
        near=$rank
        worse "memory limit $share % used"
        # Full because of what is held back: the limit is what is short.
        [ $reserve -eq $least ] || [ $full -le $near ] || near=$full
    fi
    share=$((100 - available * 100 / total))
    rank $share 90 95 98
    short=$rank
    worse "memory $share % used"
    rank "$pressure" 10 25 80
    [ "$rank" -le "$short" ] || short=$rank
    worse "memory pressure $pressure %"
    if [ "$lost" -gt 0 ]; then worst=3 why='writes were lost'; fi

    # What came without taking blocks overwrites files in place: held back is nothing against that, so it is looked at how long the limit still lasts.
    soon=no
    if [ $binds = yes ]; then
        [ "$taken" -gt 0 ] || taken=0
        over=$((grown - taken * 102 / 100))
        if [ $over -ge $((2 * MI)) ] && [ $((limit - used)) -lt $((over * 8)) ]; then soon=yes; fi
    fi

    # Cleaning helps against the limit and against short memory, and is not repeated where it gave nothing.
    pause=1800
    [ "$cleaned_freed" -lt $((8 * MI)) ] || pause=60
    if [ "$lost" -eq 0 ] && { [ "$near" -ge 2 ] || [ "$short" -ge 2 ]; }; then
        if [ "$cleaned" -eq 0 ] || [ $((now - cleaned)) -ge $pause ] || [ "$used" -ge $((cleaned_used + cleaned_used / 50 + 8 * MI)) ]; then
            clean='vacuum trim compact'
        fi
    fi
    # Daily, counted from boot.
    if [ -z "$clean" ] && [ "$lost" -eq 0 ]; then
        if [ "$trimmed" -eq 0 ] && [ "$now" -ge 900 ]; then clean='trim compact'; fi
        if [ "$trimmed" -gt 0 ] && [ $((now - trimmed)) -ge 86400 ]; then clean='trim compact'; fi
    fi

    # The limit is raised when cleaning did not help, at once when there is no time for it; never into what daemons and kernel need.
    most=$((total - needs - 512 * MI - disksize * 6 / 1000))
    [ $most -le $((used + available - 256 * MI)) ] || most=$((used + available - 256 * MI))
    if [ $soon = yes ] || [ "$near" -ge 3 ] || { [ "$near" -eq 2 ] && [ -z "$clean" ]; }; then
        raise=$((used * 100 / 75))
        [ $raise -ge $((limit + reserve * 102 / 100)) ] || raise=$((limit + reserve * 102 / 100))
        # There may be no time for another step: a limit takes no memory, only what is written does.
        if [ $soon = yes ] || [ $raise -gt $safe ]; then raise=$safe; fi
        [ $raise -le $most ] || raise=$most
        [ $raise -ge $((limit + 16 * MI)) ] || raise=0
    fi

    # Where the limit binds a look must come before what is written between two of them can fill what is left.
    wait=15
    if [ $binds = yes ]; then wait=2; fi
    if [ "$near" -ge 1 ] || [ -n "$clean" ]; then wait=1; fi
    if [ $binds = yes ] && [ "$grown" -ge $((4 * MI)) ]; then wait=0.2; fi
    # Near its end oftener still, but not where a look could change nothing.
    if [ $raise -gt 0 ] || { [ "$near" -ge 2 ] && [ $most -ge $((limit + 16 * MI)) ]; }; then wait=0.2; fi
    case $worst in 0) level=ok ;; 1) level=watch ;; 2) level=act ;; 3) level=critical ;; esac
}

case ${0##*/} in
    guard-policy.sh)
        now=0 used=0 limit=0 disksize=0 lost=0 size=0 free=0 inodes=0 inodes_free=0 delayed=0 grown=0 taken=0 total=1 available=1 pressure=0 needs=0
        before=0 cleaned=0 cleaned_used=0 cleaned_freed=0 trimmed=0
        for pair; do
            case ${pair%%=*}:${pair#*=} in
                *[!a-z_:0-9-]* | *:) echo "guard-policy.sh: not NAME=NUMBER: $pair" >&2; exit 2 ;;
            esac
            eval "${pair%%=*}=${pair#*=}"
        done
        decide
        printf '%s=%s\n' level "$level" why "$why" reserve "$reserve" clean "$clean" raise "$raise" wait "$wait"
        ;;
esac
