//! The table of a clients' gateway in a file, so that connections outlive a restart: written at the end, read once at the start.

use anyhow::{Context as _, Result, ensure};
use gateway::entry::Entry;
use gateway::{ClientGateway, Time};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// What the file begins with: its format.
const FORMAT: &[u8] = b"tandem-gateway table 2\n";

/// What came back of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TakenOver {
    /// Connections that go on.
    pub(super) kept: usize,
    /// Those whose time is over, whose site is gone, or for which there is no room.
    pub(super) left_out: usize,
}

/// Writes the whole table. The file is there with all of it, or as it was.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(path: &Path, sites: &[String], gateway: &ClientGateway) -> Result<usize> {
    let new = path.with_extension("new");
    let failed = || format!("{}: the table cannot be kept there; name another file as `table`", path.display());
    let mut written = 0;
    let mut put = || -> Result<()> {
        let mut file = BufWriter::new(OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?);
        file.write_all(FORMAT)?;
        let mut file = postcard::to_io(&(sites, gateway.table().len() as u64), file)?;
        for (deadline, entry) in gateway.table().all() {
            file = postcard::to_io(&(deadline, entry), file)?;
            written += 1;
        }
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(std::fs::rename(&new, path)?)
    };
    put().with_context(failed)?;
    Ok(written)
}

/// Gives the gateway what an earlier one has kept, and removes the file: read again later it would be wrong. `None` if there is none.
///
/// # Errors
/// If it is no table of this release. The gateway has none of it then.
pub(super) fn read(path: &Path, sites: &[String], gateway: &mut ClientGateway, now: Time) -> Result<Option<TakenOver>> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("{}: the kept table cannot be read", path.display())),
    }
    let (names, entries) = parse(&bytes).with_context(|| format!("{}: the kept table is not read", path.display()))?;
    std::fs::remove_file(path).with_context(|| format!("{}: the kept table cannot be removed, so it is not read", path.display()))?;
    let places: Vec<Option<u16>> =
        names.iter().map(|name| sites.iter().position(|site| site == name).and_then(|place| place.try_into().ok())).collect();
    let mut taken = TakenOver { kept: 0, left_out: 0 };
    for (deadline, entry) in entries {
        let site = places[usize::from(entry.site)];
        let kept = site.is_some_and(|site| gateway.take_over(now, deadline, Entry { site, ..entry }));
        *(if kept { &mut taken.kept } else { &mut taken.left_out }) += 1;
    }
    Ok(Some(taken))
}

/// Names of sites, and entries with their deadlines.
type Parsed = (Vec<String>, Vec<(Time, Entry)>);

fn parse(bytes: &[u8]) -> Result<Parsed> {
    let rest = bytes.strip_prefix(FORMAT).context("its first line is not that of this release")?;
    let place = |rest: &[u8]| format!("damaged at byte {}", bytes.len() - rest.len());
    let ((names, count), mut rest): ((Vec<String>, u64), _) = postcard::take_from_bytes(rest).with_context(|| place(rest))?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let (entry, after): ((Time, Entry), _) = postcard::take_from_bytes(rest).with_context(|| place(rest))?;
        ensure!(usize::from(entry.1.site) < names.len(), "{}: an entry of no site", place(rest));
        entries.push(entry);
        rest = after;
    }
    ensure!(rest.is_empty(), "{}: bytes after its end", place(rest));
    Ok((names, entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway::client::{ClientSettings, Site};
    use gateway::entry::{Key, State};
    use gateway::keys::{KeyRing, Trust};
    use gateway::{Address, Mode};
    use std::net::Ipv4Addr;
    use tempfile::TempDir;

    const NOW: Time = Time::from_secs(1_700_000_000);

    fn gateway(sites: usize, entries: usize) -> ClientGateway {
        let site = Site { servers: Vec::new(), trust: Trust::Keys(KeyRing::new(1, [7; 16])), excluded: Vec::new() };
        ClientGateway::new(ClientSettings { sites: vec![site; sites], entries, ..ClientSettings::default() })
    }

    fn entry(port: u16, site: u16) -> Entry {
        let address = |last| -> Address { Ipv4Addr::new(10, 0, 0, last).into() };
        let key = Key { client: address(1), server: address(2), client_port: port, server_port: 80 };
        let (winner, mode) = (address(3), Some(Mode::B));
        Entry { state: State::Bound, mode, winner, answer: Some(9), acked: true, delta: 77, ..Entry::new(key, 5, site, 50_000) }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn entries_come_back_with_their_deadlines_to_the_site_of_their_name() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("table");
        let mut old = gateway(2, 100);
        for port in 0..10 {
            assert!(old.take_over(NOW, NOW + Time::from_secs(u64::from(port)), entry(port, port % 2)) == (port > 0), "{port}");
        }
        assert_eq!(write(&path, &names(&["shop", "gone"]), &old).unwrap(), 9);
        let mut new = gateway(2, 100);
        // Three seconds on; the odd ones were of a site that is no more.
        let later = NOW + Time::from_secs(3);
        let taken = read(&path, &names(&["other", "shop"]), &mut new, later).unwrap();
        assert_eq!(taken, Some(TakenOver { kept: 3, left_out: 6 }));
        let mut found: Vec<_> = new.table().all().map(|(deadline, entry)| (deadline, entry.clone())).collect();
        found.sort_by_key(|(deadline, _)| *deadline);
        let expected = [4, 6, 8].map(|port| (NOW + Time::from_secs(u64::from(port)), entry(port, 1)));
        assert_eq!(found, expected);
        assert_eq!(read(&path, &names(&["shop"]), &mut new, later).unwrap(), None, "it is read once");
    }

    #[test]
    fn a_file_that_is_no_whole_table_is_refused_at_its_place_and_stays() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("table");
        let mut old = gateway(1, 100);
        for port in 0..3 {
            assert!(old.take_over(NOW, NOW + Time::from_secs(60), entry(port, 0)));
        }
        write(&path, &names(&["shop"]), &old).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let told = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let mut new = gateway(1, 100);
            let told = read(&path, &names(&["shop"]), &mut new, NOW);
            assert!(new.table().is_empty() && path.exists());
            format!("{:#}", told.unwrap_err())
        };
        assert!(told(b"another file").contains("its first line is not that of this release"));
        assert!(told(&[&whole[..], b"x"].concat()).contains("bytes after its end"));
        for length in FORMAT.len()..whole.len() {
            let told = told(&whole[..length]);
            assert!(told.contains("damaged at byte"), "{length}: {told}");
        }
    }
}
