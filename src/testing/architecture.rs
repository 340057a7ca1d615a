//! The house rules that a reader would otherwise have to remember.

use super::imports::paths_from_the_root;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the top floor down. A folder imports those below it, never one above.
const FLOORS: [&str; 9] = ["app", "features", "console", "resource", "rights", "server", "ui", "db", "access"];

/// Which feature may import which. A line leaves it when the import is gone; none is added.
const FEATURE_IMPORTS: &str = include_str!("feature-imports.txt");

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

pub fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let named =
        |path: PathBuf| (path.strip_prefix(&root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap());
    found.into_iter().map(named).collect()
}

/// Tests may reach up: they drive the whole application.
pub fn is_test(name: &str) -> bool {
    name.starts_with("testing/") || name.ends_with("tests.rs") || name.contains("/tests/")
}

#[test]
fn arrows_between_folders_point_down() {
    // The ground stands below every folder. What is compiled for every floor, and the command line, is no floor.
    const GROUND: [&str; 3] = ["error.rs", "types.rs", "browser.rs"];
    let mut wrong = Vec::new();
    for (name, text) in all().into_iter().filter(|(name, _)| !is_test(name)) {
        let floor = FLOORS.iter().position(|floor| name.starts_with(&format!("{floor}/")));
        let above = match floor {
            Some(floor) => &FLOORS[..floor],
            None if GROUND.contains(&name.as_str()) => &FLOORS[..],
            None => continue,
        };
        for path in paths_from_the_root(&text) {
            let to = path.split("::").next().unwrap_or_default();
            if above.contains(&to) {
                wrong.push(format!("{name} imports {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each pair of features of which the first imports the second.
fn feature_imports() -> BTreeSet<String> {
    let mut pairs = BTreeSet::new();
    for (name, text) in all().into_iter().filter(|(name, _)| !is_test(name)) {
        let Some(from) = name.strip_prefix("features/").and_then(|rest| rest.split_once('/')) else { continue };
        for path in paths_from_the_root(&text) {
            if let Some(to) = path.strip_prefix("features::").and_then(|rest| rest.split("::").next())
                && to != from.0
            {
                pairs.insert(format!("{} -> {to}", from.0));
            }
        }
    }
    pairs
}

fn reversed(pair: &str) -> String {
    let (from, to) = pair.split_once(" -> ").unwrap();
    format!("{to} -> {from}")
}

#[test]
fn imports_between_features_only_shrink() {
    let listed: BTreeSet<String> = FEATURE_IMPORTS.lines().map(str::to_owned).collect();
    let pairs = feature_imports();
    let new: Vec<_> = pairs.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&pairs).collect();
    let both: Vec<_> = pairs.iter().filter(|pair| pairs.contains(&reversed(pair))).collect();
    assert!(both.is_empty(), "two features that import each other are one: {both:#?}");
    assert!(new.is_empty(), "what two features share goes below both: {new:#?}");
    assert!(gone.is_empty(), "gone; take it out of feature-imports.txt, so that it stays so: {gone:#?}");
}

/// A line that compiles something for some builds only; `#[cfg(test)]` aside.
fn gates(line: &str) -> bool {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let gated = line.contains("cfg!(") || line.contains("cfg_attr(") || line.contains("[cfg(");
    gated && !line.contains("[cfg(test)]") && !line.starts_with("//")
}

#[test]
fn gates_stand_where_a_module_is_declared() {
    let may = |name: &str| {
        name.ends_with("mod.rs") || ["lib.rs", "main.rs", "error.rs", "types.rs", "browser.rs"].contains(&name)
    };
    // A thing is one type for database, API and console: what only the server derives of it stands beside it.
    let of_things = |name: &str| name.ends_with("/model.rs") || name == "types/time.rs";
    let only_derives = |text: &str| {
        text.lines()
            .filter(|line| gates(line))
            .all(|line| line.trim_start().starts_with("#[cfg_attr(feature = \"ssr\", "))
    };
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && !may(name) && text.lines().any(gates))
        .filter(|(name, text)| !(of_things(name) && only_derives(text)))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for gate in ["#[cfg(target_arch = \"wasm32\")]", "if cfg!(feature = \"ssr\") {", "#[cfg_attr(test, derive(Debug))]"]
    {
        assert!(gates(gate), "{gate}");
    }
}

#[test]
fn only_the_server_names_the_pool() {
    let names_it = |text: &str| {
        text.contains("Db::Sqlite") || text.contains("db::Db;") || text.contains("db::Db,") || text.contains("db::{Db,")
    };
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, text)| {
            !name.starts_with("db/") && !name.starts_with("server/") && !is_test(name) && names_it(text)
        })
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_browser_rs_names_the_browser() {
    let names_it = |text: &str| text.contains("web_sys::") || text.contains("js_sys::");
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, text)| !name.starts_with("browser") && !is_test(name) && names_it(text))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_stay_under_500_lines() {
    let long: Vec<(String, usize)> =
        all().into_iter().map(|(name, text)| (name, text.lines().count())).filter(|(_, lines)| *lines > 500).collect();
    assert!(long.is_empty(), "{long:#?}");
}
