//! The distributor in front of the manager, by its own files.

use crate::configuration::Distributor;
use anyhow::{Context as _, Result, bail};
use contract::limits::GROUPS;
use control::CardTables;
use std::path::Path;
use std::sync::Arc;

/// Reads what the distributor is programmed with. Names of its files are meant from the folder of `file`.
pub(crate) fn load(distributor: &Distributor, file: &str) -> Result<flow::ports::Distributor> {
    let read = |path: &Path| {
        let name = Path::new(file).parent().unwrap_or(Path::new("")).join(path).display().to_string();
        let text = std::fs::read_to_string(&name).with_context(|| format!("{name}: cannot be read; {file} names it under [distributor]"));
        text.map(|text| (name, text))
    };
    let (name, text) = read(&distributor.configuration)?;
    let configuration = control::Configuration::parse(&text, &name)?;
    let Some(manager) = configuration.managers.iter().find(|manager| manager.name == distributor.manager) else {
        let names: Vec<&str> = configuration.managers.iter().map(|manager| manager.name.as_str()).collect();
        bail!("{name}: no manager is named {:?}; [distributor] of {file} may name one of: {}", distributor.manager, names.join(", "));
    };
    let tables = match &distributor.tables {
        Some(tables) => {
            let (name, text) = read(tables)?;
            CardTables::from_json(&text).with_context(|| name)?.tables
        }
        None => configuration.tables(GROUPS)?,
    };
    Ok(flow::ports::Distributor { state: Arc::new(tables.state()), manager: manager.id })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURATION: &str = r#"
group_macs = ["02:00:5e:10:00:01"]
[[manager]]
name = "m1"
id = 1
mac = "02:00:00:00:00:01"
port = 1
[[manager]]
name = "m2"
id = 2
mac = "02:00:00:00:00:02"
port = 1
[[group]]
name = "all"
key = "0001020304050607"
"#;

    #[test]
    fn what_the_card_holds_goes_before_what_follows_from_its_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("tandem.toml"), CONFIGURATION).unwrap();
        let file = path("manager.toml").display().to_string();
        let distributor = |tables: Option<&str>| Distributor {
            configuration: "tandem.toml".into(),
            tables: tables.map(Into::into),
            manager: "m2".into(),
        };
        let canonical = control::Configuration::parse(CONFIGURATION, "tandem.toml").unwrap().tables(GROUPS).unwrap();
        let loaded = load(&distributor(None), &file).unwrap();
        assert_eq!((loaded.manager, &*loaded.state), (2, &canonical.state()));

        // A card with another history: its managers have changed places.
        let mut held = canonical.clone();
        held.groups[0].entries.iter_mut().for_each(|entry| *entry = 3 - *entry);
        let tables = CardTables { card: "card".into(), generation: 7, tables: held.clone() };
        std::fs::write(path("tables.json"), tables.to_json()).unwrap();
        assert_eq!(*load(&distributor(Some("tables.json")), &file).unwrap().state, held.state());

        std::fs::write(path("tables.json"), "{}").unwrap();
        let refused = |tables: &str| format!("{:#}", load(&distributor(Some(tables)), &file).unwrap_err());
        let told = refused("tables.json");
        assert!(told.contains("tables.json: ") && told.contains("`tandem export` writes a file of tables"), "{told}");
        assert!(refused("none.json").contains("none.json: cannot be read; "));
    }
}
