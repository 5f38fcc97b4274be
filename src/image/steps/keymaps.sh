#!/bin/sh
# Runs inside mmdebstrap before the pruning, with the new tree as argument: makes the layouts of the keyboard at the machine itself from those of X (ckbcomp(1)).
# Debian's kbd has the programs and no layouts, and console-data's are of the 1990s: its `de` has no umlauts. Only the results stay.
set -eu
root=$1
made=$root/usr/share/keymaps/xkb
work=$root/tmp/keymaps
mkdir -p "$work" "$made"

# Unpacked, never installed: their scripts and dependencies are not for an image.
(cd "$work" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq -o APT::Sandbox::User=root download console-setup xkb-data)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

# name LAYOUT [VARIANT [OPTION]]; -compact leaves out tables that the kernel would keep 64 KiB of memory for.
layout() {
    # PERL_HASH_SEED: the same layouts from every build.
    chroot "$root" /usr/bin/env -i PATH=/usr/bin PERL_HASH_SEED=0 perl /tmp/keymaps/usr/bin/ckbcomp -compact -I/tmp/keymaps/usr/share/X11/xkb \
        -layout "$2" -variant "${3-}" ${4:+-option "$4"} 2>>"$work/warnings" >"$work/layout"
    gzip -9n <"$work/layout" >"$made/$1.kmap.gz"
    # What cannot be loaded is no layout. To be written as a table, it needs no console.
    chroot "$root" loadkeys --unicode --bkeymap "/usr/share/keymaps/xkb/$1.kmap.gz" >"$work/table" && [ -s "$work/table" ] ||
        { echo "the layout $1 cannot be loaded" >&2; cat "$work/warnings" >&2; exit 1; }
}
# The name is the layout's, or layout-variant; `uk` is what the Linux console always called it.
while read -r name rest; do
    # shellcheck disable=SC2086
    layout "$name" $rest
done <<LAYOUTS
us us
us-altgr-intl us altgr-intl
us-colemak us colemak
us-dvorak us dvorak
us-intl us intl
at at
ba ba
be be
br br
ca ca
ca-multix ca multix
ch ch
ch-fr ch fr
cz cz
cz-qwerty cz qwerty
de de
de-nodeadkeys de nodeadkeys
dk dk
dk-nodeadkeys dk nodeadkeys
ee ee
es es
fi fi
fr fr
fr-bepo fr bepo
fr-oss fr oss
hr hr
hu hu
ie ie
is is
it it
jp jp
kr kr
latam latam
lt lt
lv lv
mt mt
nl nl
no no
no-nodeadkeys no nodeadkeys
pl pl
pt pt
ro ro
rs-latin rs latin
se se
se-nodeadkeys se nodeadkeys
si si
sk sk
sk-qwerty sk qwerty
tr tr
tr-f tr f
uk gb
LAYOUTS
# Letters of another script: Latin ones first, since names and passwords need them; Alt and Shift together change over.
for name in bg by gr il kz mk rs ru ua; do layout "$name" "us,$name" , grp:alt_shift_toggle; done
ln "$made/uk.kmap.gz" "$made/gb.kmap.gz"

install -D -m 644 "$work/usr/share/doc/xkb-data/copyright" "$root/usr/share/doc/xkb-data/copyright"
rm -rf "$work"
