//! No file is written twice, or read and written: a capture that is truncated while it is read is lost.

use super::attachment::{Attachment, Endpoint, HostEnd};
use anyhow::{Result, bail};
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// What one endpoint is, whatever path leads to it.
#[derive(PartialEq, Eq)]
enum Target {
    /// A file that is there: device and inode.
    File(u64, u64),
    /// A file that will be made.
    New(PathBuf),
    /// An interface, and its namespace.
    Interface(String, Option<String>),
}

/// A use of a target.
struct Use {
    option: String,
    target: Target,
    /// Whether others may use it in the same manner: a capture is read as often as one likes.
    shared: bool,
}

/// Looks whether everything that is attached is something of its own.
///
/// # Errors
/// If not: names both options.
pub(super) fn check(attachments: &[Attachment], hosts: &[HostEnd], log: Option<&Path>) -> Result<()> {
    let mut uses: Vec<Use> = Vec::new();
    let ends = attachments.iter().flat_map(|attachment| {
        let Attachment { port, input, output } = attachment;
        // An interface is both ends in one.
        let output = output.as_ref().filter(|output| input.as_ref() != Some(output) || matches!(output, Endpoint::File(_)));
        let input = input.as_ref().map(|input| (format!("IN of --port {port}"), input, true));
        input.into_iter().chain(output.map(|output| (format!("OUT of --port {port}"), output, false)))
    });
    let log = log.map(|path| Endpoint::File(path.into()));
    let hosts = hosts.iter().map(|host| (host.option(), &host.end, false));
    for (option, endpoint, is_read) in ends.chain(hosts).chain(log.as_ref().map(|log| ("--log".to_owned(), log, false))) {
        let Some((target, shared)) = target(endpoint, is_read) else { continue };
        if let Some(other) = uses.iter().find(|other| other.target == target && !(other.shared && shared)) {
            bail!("{option} and {} are both {}; name another file or interface for one of them", other.option, endpoint);
        }
        uses.push(Use { option, target, shared });
    }
    Ok(())
}

/// Where an endpoint is, and whether others may use it alike; `None` for a device such as `/dev/null`, which takes everything.
fn target(endpoint: &Endpoint, is_read: bool) -> Option<(Target, bool)> {
    let path = match endpoint {
        Endpoint::Interface(place) => {
            return Some((Target::Interface(place.name().into(), place.namespace().map(str::to_owned)), false));
        }
        Endpoint::File(path) => path,
    };
    match fs::metadata(path) {
        Ok(found) if found.file_type().is_char_device() => None,
        Ok(found) => Some((Target::File(found.dev(), found.ino()), is_read && found.is_file())),
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.into());
            Some((Target::New(folder.join(path.file_name().unwrap_or_default())), false))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with these attachments; `FOLDER` in them is a folder with `in.pcap` and a link to it.
    fn refusal(ports: &[&str], host: Option<&str>, log: Option<&str>) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("in.pcap"), []).unwrap();
        fs::hard_link(folder.path().join("in.pcap"), folder.path().join("link.pcap")).unwrap();
        let within = |text: &str| text.replace("FOLDER", &folder.path().display().to_string());
        let ports: Vec<Attachment> = ports.iter().map(|text| within(text).parse().unwrap()).collect();
        let hosts: Vec<HostEnd> = host.into_iter().flat_map(str::split_whitespace).map(|text| within(text).parse().unwrap()).collect();
        let log = log.map(|text| PathBuf::from(within(text)));
        check(&ports, &hosts, log.as_deref()).err().map(|error| error.to_string())
    }

    #[test]
    fn a_file_that_is_read_or_written_elsewhere_is_refused() {
        for (ports, host, log) in [
            (&["0=FOLDER/in.pcap,FOLDER/in.pcap"][..], None, None),
            (&["0=FOLDER/in.pcap,FOLDER/link.pcap"], None, None),
            (&["0=FOLDER/in.pcap", "1=,FOLDER/./in.pcap"], None, None),
            (&["0=,FOLDER/out.pcap", "1=,FOLDER/./out.pcap"], None, None),
            (&["0=,FOLDER/out.pcap"], Some("FOLDER/out.pcap"), None),
            (&["0=FOLDER/in.pcap"], None, Some("FOLDER/in.pcap")),
            (&["0=tap:wire0", "1=tap:wire0"], None, None),
            (&["0=if:wire0"], Some("if:wire0"), None),
            (&["0=tap:wire0@site"], Some("0=tap:host0 1=if:wire0@site"), None),
            (&[], Some("0=FOLDER/host.pcap 1=FOLDER/host.pcap"), None),
        ] {
            let told = refusal(ports, host, log);
            assert!(told.as_ref().is_some_and(|told| told.contains("name another file")), "{ports:?} {host:?} {log:?}: {told:?}");
        }
    }

    #[test]
    fn a_capture_is_read_at_both_ports_and_a_device_takes_everything() {
        assert_eq!(refusal(&["0=FOLDER/in.pcap,FOLDER/out0.pcap", "1=FOLDER/in.pcap,FOLDER/out1.pcap"], None, None), None);
        assert_eq!(refusal(&["0=,/dev/null", "1=,/dev/null"], Some("/dev/null"), Some("/dev/null")), None);
        assert_eq!(refusal(&["0=tap:wire0", "1=if:wire1"], Some("FOLDER/host.pcap"), Some("FOLDER/log")), None);
        assert_eq!(refusal(&["0=tap:wire0", "1=tap:wire0@site"], Some("0=tap:host0 1=tap:host1"), None), None);
    }
}
