//! Which package may use which: the arrows of `docs/architecture.md`.

use crate::tree::name;
use crate::{Finding, Tree};
use toml::de::DeTable;

/// A package of the workspace.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// What it and its build script may use.
    pub uses: &'static [&'static str],
    /// What its tests, benches and examples may use beyond that.
    pub tests: &'static [&'static str],
}

const fn package(name: &'static str, uses: &'static [&'static str], tests: &'static [&'static str]) -> Package {
    Package { name, uses, tests }
}

/// Every package. A new one gets a line here, and so does a new arrow: on purpose, and by the picture.
pub const PACKAGES: [Package; 30] = [
    package("tools", &[], &[]),
    package("contract", &[], &["tools"]),
    package("emit", &["tools"], &[]),
    package("rtl", &["contract", "emit"], &["model", "tools"]),
    package("synth", &["tools"], &[]),
    package("formal", &["synth", "tools"], &["rtl", "emit"]),
    package("shells", &["tools"], &["contract", "rtl", "emit"]),
    package("constraints", &["tools"], &[]),
    package("packet", &[], &[]),
    package("model", &["contract"], &[]),
    package("document", &[], &[]),
    package("operator", &[], &[]),
    package("control", &["contract", "document", "model"], &[]),
    package("capture", &["contract"], &[]),
    package("analysis", &["contract", "model", "control", "capture"], &[]),
    package("slowpath", &["contract", "model"], &[]),
    package("flow", &["contract", "packet", "model", "slowpath"], &["control"]),
    package("ring", &["packet"], &["hosts"]),
    package("gateway", &["packet", "slowpath"], &[]),
    package("tandem-gateway", &["operator", "document", "gateway", "ring"], &[]),
    package("manager", &["contract", "operator", "document", "model", "control", "slowpath", "flow", "ring"], &["hosts"]),
    package("driver", &["contract", "control", "model"], &["modelcard", "pcie"]),
    package(
        "tandem",
        &["operator", "contract", "model", "control", "capture", "driver", "analysis", "slowpath", "ring"],
        &["modelcard", "pcie"],
    ),
    package("modelcard", &["contract", "model", "driver"], &[]),
    package("pcie", &["contract", "driver", "modelcard"], &[]),
    package("sim", &["rtl", "emit", "tools"], &["contract"]),
    package("hosts", &[], &[]),
    package("wan", &["hosts", "operator", "packet", "ring"], &[]),
    package(
        "testbench",
        &[
            "hosts",
            "operator",
            "contract",
            "model",
            "control",
            "capture",
            "driver",
            "analysis",
            "ring",
            "modelcard",
            "pcie",
            "sim",
            "tools",
        ],
        &["rtl", "emit", "wan"],
    ),
    package("tidy", &[], &[]),
];

/// Uses that the table does not allow, packages that it does not know, and lines of it that no package has.
pub fn findings(tree: &Tree) -> Vec<Finding> {
    findings_by(&PACKAGES, tree)
}

fn findings_by(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    let mut manifests = vec![];
    for (path, text) in tree.files().filter(|(path, _)| name(path) == "Cargo.toml") {
        match Manifest::read(text) {
            Ok(Some(manifest)) => manifests.push((path, manifest)),
            Ok(None) => {} // the workspace's own
            Err(error) => findings.push(Finding::new(path, 0, error)),
        }
    }
    for (path, manifest) in &manifests {
        let Some(package) = packages.iter().find(|package| package.name == manifest.name) else {
            findings.push(Finding::new(path, 0, format!("tidy::crates does not say what {} may use", manifest.name)));
            continue;
        };
        for (used, kind) in &manifest.uses {
            let ours = manifests.iter().any(|(_, other)| other.name == *used);
            let allowed = package.uses.contains(&used.as_str()) || *kind == Kind::Tests && package.tests.contains(&used.as_str());
            if ours && !allowed {
                let who = if *kind == Kind::Tests { "tests" } else { "package" };
                findings.push(Finding::new(path, 0, format!("the {who} {} may not use {used}", package.name)));
            }
        }
    }
    let missing = packages.iter().filter(|package| manifests.iter().all(|(_, manifest)| manifest.name != package.name));
    findings
        .extend(missing.map(|package| Finding::new("Cargo.toml", 0, format!("no package {}: remove it from tidy::crates", package.name))));
    findings
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    Tests,
}

struct Manifest {
    name: String,
    uses: Vec<(String, Kind)>,
}

impl Manifest {
    /// Of a package; a workspace's manifest is none.
    fn read(text: &str) -> Result<Option<Self>, String> {
        let table = DeTable::parse(text).map_err(|error| error.to_string())?;
        let table = table.get_ref();
        let package = table.get("package").and_then(|package| package.get_ref().as_table());
        let Some(name) = package.and_then(|package| package.get("name")?.get_ref().as_str()) else { return Ok(None) };
        let mut uses = dependencies(table);
        for target in table.get("target").and_then(|targets| targets.get_ref().as_table()).into_iter().flat_map(|table| table.values()) {
            uses.extend(target.get_ref().as_table().map(dependencies).unwrap_or_default());
        }
        Ok(Some(Self { name: name.to_owned(), uses }))
    }
}

fn dependencies(table: &DeTable<'_>) -> Vec<(String, Kind)> {
    let kinds = [("dependencies", Kind::Program), ("build-dependencies", Kind::Program), ("dev-dependencies", Kind::Tests)];
    let mut uses = vec![];
    for (section, kind) in kinds {
        for (key, value) in table.get(section).and_then(|section| section.get_ref().as_table()).into_iter().flatten() {
            let renamed = value.get_ref().as_table().and_then(|value| value.get("package")?.get_ref().as_str());
            uses.push((renamed.unwrap_or(key.get_ref()).to_owned(), kind));
        }
    }
    uses
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What a package uses by way of others, too.
    fn reach(name: &'static str) -> BTreeSet<&'static str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![name];
        while let Some(name) = next.pop() {
            let uses = PACKAGES.iter().find(|package| package.name == name).map_or(&[][..], |package| package.uses);
            next.extend(uses.iter().filter(|used| reached.insert(**used)));
        }
        reached
    }

    #[test]
    fn no_program_of_the_host_reaches_the_hardware_s_description_or_its_simulation() {
        for host in [
            "packet", "document", "operator", "model", "control", "capture", "analysis", "slowpath", "flow", "gateway", "ring", "manager",
            "driver", "tandem",
        ] {
            for never in ["rtl", "emit", "sim", "modelcard", "pcie", "testbench", "tools"] {
                assert!(!reach(host).contains(never), "{host} reaches {never}");
            }
        }
    }

    #[test]
    fn the_hardware_does_not_reach_the_model_and_the_emitter_knows_nothing_of_tandem() {
        assert_eq!(reach("rtl"), BTreeSet::from(["contract", "emit", "tools"]));
        assert_eq!(reach("emit"), BTreeSet::from(["tools"]));
        assert_eq!(reach("contract"), BTreeSet::new());
        assert_eq!(reach("model"), BTreeSet::from(["contract"]));
        assert!(!reach("sim").contains("model") && !reach("sim").contains("testbench"));
    }

    #[test]
    fn the_table_has_no_circle() {
        for package in &PACKAGES {
            assert!(!reach(package.name).contains(package.name), "{} reaches itself", package.name);
        }
    }

    const TABLE: [Package; 2] = [package("model", &[], &[]), package("rtl", &[], &["model"])];
    const MODEL: (&str, &str) = ("sw/model/Cargo.toml", "[package]\nname = \"model\"\n");

    fn found(rtl: &str) -> Vec<String> {
        let rtl = format!("[package]\nname = \"rtl\"\n{rtl}");
        findings_by(&TABLE, &Tree::of(&[MODEL, ("hw/rtl/Cargo.toml", &rtl)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_use_that_the_table_does_not_allow_is_found_however_it_is_written() {
        assert_eq!(found("[dependencies]\nserde = \"1\"\n[dev-dependencies]\nmodel.workspace = true"), <[String; 0]>::default());
        for uses in [
            "[dependencies]\nmodel.workspace = true",
            "[dependencies.model]\npath = \"../../sw/model\"",
            "[build-dependencies]\ngolden = { package = \"model\", path = \"../../sw/model\" }",
            "[target.'cfg(unix)'.dependencies]\nmodel.workspace = true",
        ] {
            assert_eq!(found(uses), ["hw/rtl/Cargo.toml: the package rtl may not use model"], "{uses}");
        }
    }

    #[test]
    fn a_test_s_use_that_the_table_does_not_allow_is_found() {
        let uses = "[package]\nname = \"model\"\n[dev-dependencies]\nrtl.workspace = true";
        let tree = Tree::of(&[("sw/model/Cargo.toml", uses), ("hw/rtl/Cargo.toml", "[package]\nname = \"rtl\"")]);
        let findings = findings_by(&TABLE, &tree);
        assert_eq!(findings, [Finding::new("sw/model/Cargo.toml", 0, "the tests model may not use rtl")]);
    }

    #[test]
    fn a_package_without_a_line_and_a_line_without_a_package_are_found() {
        let tree = Tree::of(&[MODEL, ("x/Cargo.toml", "[package]\nname = \"x\""), ("Cargo.toml", "[workspace]\n")]);
        let found: Vec<_> = findings_by(&TABLE, &tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            ["x/Cargo.toml: tidy::crates does not say what x may use", "Cargo.toml: no package rtl: remove it from tidy::crates"]
        );
    }
}
