//! How commands ask a gateway that is running.

use crate::Global;
use anyhow::{Context as _, Result, anyhow, bail};
use operator::socket;
use serde::de::DeserializeOwned;
use std::path::PathBuf;

/// What the name of every gateway's socket ends with.
const ENDING: &str = ".gateway";

/// The socket of the gateway with this name.
pub(crate) fn path(global: &Global, name: &str) -> PathBuf {
    global.runtime.join(format!("{name}{ENDING}"))
}

/// Asks the gateway that is named, or the only one.
///
/// # Errors
/// If none or several are running, or it does not do what it is asked for.
pub(crate) fn ask<T: DeserializeOwned>(global: &Global, question: &str) -> Result<T> {
    let path = match &global.name {
        Some(name) => path(global, name),
        None => only(global)?,
    };
    let nobody = || format!("no gateway answers at {}; start one with `tandem-gateway run`, or name its --runtime folder", path.display());
    let answer = socket::ask(&path, question, nobody, "the gateway")?;
    let foreign = || format!("{}: the answer is not that of this release's gateway", path.display());
    let mut document: serde_json::Value = serde_json::from_str(&answer).with_context(foreign)?;
    if let Some(error) = document["error"].as_str() {
        bail!("{error}");
    }
    serde_json::from_value(document["ok"].take()).with_context(foreign)
}

/// The socket of the only gateway that is running.
fn only(global: &Global) -> Result<PathBuf> {
    let folder = global.runtime.display();
    let none = || anyhow!("no gateway is running that has its socket in {folder}; start one with `tandem-gateway run`, or name --runtime");
    let mut found: Vec<String> = std::fs::read_dir(&global.runtime)
        .map_err(|_| none())?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(ENDING).map(str::to_owned))
        .collect();
    found.sort();
    match found.as_slice() {
        [] => Err(none()),
        [name] => Ok(path(global, name)),
        names => bail!("several gateways have their sockets in {folder}; choose one with --name: {}", names.join(", ")),
    }
}
