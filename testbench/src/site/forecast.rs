//! What a plan says of live connections.

use super::{Card, Site};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a plan forecasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The client's ports of which a flow changes its machine.
    pub ports: BTreeSet<u16>,
    /// Managers whose lists of self-source ports go stale.
    pub stale: Vec<String>,
}

impl Site {
    /// What `tandem plan` says of the flows of a capture.
    ///
    /// # Errors
    /// If it fails.
    pub fn forecast(&self, card: &Card, configuration: &str, capture: &Path) -> Result<Forecast> {
        let (file, capture) = (self.file(card, configuration)?, capture.display().to_string());
        let plan: Value = serde_json::from_str(&card.tandem(&["plan", &file, "--traffic", &capture, "--json"])?)?;
        let moved = plan["traffic"]["moved"].as_array().context("a plan with traffic names the flows that move")?;
        let ends = moved.iter().filter_map(|flow| flow["ends"].as_array()).flatten().filter_map(Value::as_str);
        let client = format!("{}:", self.client_address());
        let ports = ends.filter_map(|end| end.strip_prefix(&client)?.parse().ok()).collect();
        let stale = plan["stale_ports"].as_array().context("a plan names stale lists")?.iter();
        Ok(Forecast { ports, stale: stale.filter_map(|manager| manager["name"].as_str()).map(str::to_owned).collect() })
    }
}
