//! `tandem show slow-path` and `tandem show malformed`.

use super::View;
use crate::output::{ASIDE, Table, painted, plain, some, thousands};
use crate::slow_path::{Ask, Malformed, Report, Runtime};
use crate::{Global, card};
use anstyle::Style;
use anyhow::{Context as _, Result};
use capture::{Frame, Writer};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Bytes of a frame that are shown.
const SHOWN: usize = 32;

pub(super) fn view(global: &Global, runtime: &Runtime) -> Result<View<Report>> {
    let report = runtime.ask(&card::locator(global)?, Ask::Show)?.report;
    Ok(View { text: report.text(), document: report, drift: false })
}

pub(super) fn malformed(global: &Global, runtime: &Runtime, file: Option<&Path>) -> Result<View<Vec<Malformed>>> {
    let frames = runtime.ask(&card::locator(global)?, Ask::Show)?.malformed;
    let mut text = text(&frames);
    if let Some(file) = file {
        write(file, &frames)?;
        text += &format!("{}: {} written\n", file.display(), some(frames.len(), "frame"));
    }
    Ok(View { text, document: frames, drift: false })
}

fn text(frames: &[Malformed]) -> String {
    if frames.is_empty() {
        return "no malformed frame has come since the slow path was started\n".into();
    }
    let mut table = Table::new(&["time", "port", "fault", ">bytes", "begins with"]);
    for Malformed { nanoseconds, port, fault, frame } in frames {
        let time = humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + Duration::from_nanos(*nanoseconds)).to_string();
        let (begin, more) = frame.split_at_checked(2 * SHOWN).map_or((frame.as_str(), ""), |(begin, _)| (begin, "..."));
        table.row(Style::new(), [time, port.to_string(), plain(fault), thousands(frame.len() as u64 / 2), plain(begin) + more]);
    }
    table.to_string() + &painted(ASIDE, "The last ones, the newest at the end.") + "\n"
}

fn write(file: &Path, frames: &[Malformed]) -> Result<()> {
    let mut writer = Writer::create(file)?;
    for malformed in frames {
        let bytes = malformed.bytes().context("the slow path's answer holds no hexadecimal digits; it is of another release")?;
        let time = Duration::from_nanos(malformed.nanoseconds);
        writer.write(&Frame { record: 0, interface: 0, time, original: bytes.len() as u32, bytes: Vec::new() }, &bytes)?;
    }
    Ok(writer.finish()?)
}
