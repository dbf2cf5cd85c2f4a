//! The distributor in front of the manager, as its own configuration has it.

use crate::configuration::Distributor;
use anyhow::{Context as _, Result, bail};
use contract::limits::GROUPS;
use std::path::Path;
use std::sync::Arc;

/// Reads what the distributor is programmed with. Its file's name is meant from the folder of `file`.
pub(crate) fn load(distributor: &Distributor, file: &str) -> Result<flow::ports::Distributor> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let path = folder.join(&distributor.configuration);
    let name = path.display().to_string();
    let text = std::fs::read_to_string(&path).with_context(|| format!("{name}: cannot be read; {file} names it under [distributor]"))?;
    let configuration = control::Configuration::parse(&text, &name)?;
    let Some(manager) = configuration.managers.iter().find(|manager| manager.name == distributor.manager) else {
        let names: Vec<&str> = configuration.managers.iter().map(|manager| manager.name.as_str()).collect();
        bail!("{name}: no manager is named {:?}; [distributor] of {file} may name one of: {}", distributor.manager, names.join(", "));
    };
    Ok(flow::ports::Distributor { state: Arc::new(configuration.tables(GROUPS)?.state()), manager: manager.id })
}
