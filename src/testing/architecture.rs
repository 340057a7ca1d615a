//! The house rules that a reader would otherwise have to remember.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top floor down. A folder imports those below it, never one above.
const FLOORS: [&str; 6] = ["app", "features", "server", "ui", "db", "access"];

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

pub(super) fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let named =
        |path: PathBuf| (path.strip_prefix(&root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap());
    found.into_iter().map(named).collect()
}

/// Tests may reach up: they drive the whole application.
fn is_test(name: &str) -> bool {
    name.starts_with("testing/") || name.ends_with("tests.rs") || name.contains("/tests/")
}

#[test]
fn arrows_between_folders_point_down() {
    let mut wrong = Vec::new();
    for (name, text) in all().into_iter().filter(|(name, _)| !is_test(name)) {
        let Some(floor) = FLOORS.iter().position(|floor| name.starts_with(&format!("{floor}/"))) else { continue };
        for above in &FLOORS[..floor] {
            if text.contains(&format!("crate::{above}::")) || text.contains(&format!("crate::{above}}}")) {
                wrong.push(format!("{name} imports {above}/"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn gates_stand_where_a_module_is_declared() {
    let may = |name: &str| {
        name.ends_with("mod.rs") || ["lib.rs", "main.rs", "error.rs", "types.rs", "browser.rs"].contains(&name)
    };
    let gated = |text: &str| text.lines().any(|line| line.contains("cfg(") && line.contains("feature ="));
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && !may(name) && gated(text))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
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
        .filter(|(name, text)| name != "browser.rs" && !is_test(name) && names_it(text))
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
