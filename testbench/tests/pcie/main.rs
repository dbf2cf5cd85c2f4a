//! A stock Linux meets the card: an unmodified kernel in QEMU without KVM, the release `tandem`, a real sysfs BAR, and the Verilated card
//! behind it.
//!
//! `just pcie-test` runs exactly this. QEMU, kernel and busybox are what `./justw setup` brings.

mod card;
mod faults;
mod files;
mod guest;
mod hotplug;
mod initramfs;
mod operator;
mod qmp;
