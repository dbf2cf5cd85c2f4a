//! `tandem list`.

use crate::output::{self, Table};
use crate::{Finding, Global};
use anstyle::Style;
use anyhow::Result;
use driver::Found;
use std::path::Path;

/// Lists the cards of this host
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tandem list          every PCI function with the ids of a card; needs no rights
  tandem list --json   the same for programs

A simulated card is not listed: name its socket with --card vfio-user:SOCKET.")]
pub(crate) struct Arguments {}

pub(crate) fn run(global: &Global) -> Result<Finding> {
    let found = driver::discover(Path::new(driver::sysfs::DEVICES));
    if global.json {
        output::json(&found);
    } else {
        output::print(text(&found));
    }
    Ok(Finding::Clean)
}

fn text(found: &[Found]) -> String {
    if found.is_empty() {
        return "no PCI function of this host has the ids of a card; name a simulated one with --card vfio-user:SOCKET\n".into();
    }
    let mut table = Table::new(&["card", "ids", "shell"]);
    for Found { locator, vendor, device, shell } in found {
        table.row(Style::new(), [locator.to_string(), format!("{vendor:04x}:{device:04x}"), (*shell).to_owned()]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_cards_in_columns_and_says_so_if_there_is_none() {
        let found = Found { locator: "0000:af:00.0".parse().unwrap(), vendor: 0x10ee, device: 0x903f, shell: "OpenNIC" };
        let plain = anstream::adapter::strip_str(&text(&[found])).to_string();
        assert_eq!(plain, "card          ids        shell\n0000:af:00.0  10ee:903f  OpenNIC\n");
        assert!(text(&[]).contains("--card vfio-user:SOCKET"));
    }
}
