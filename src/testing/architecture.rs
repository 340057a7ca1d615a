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

pub fn all() -> Vec<(String, String)> {
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

/// What a file imports or names from the root of the crate: the first word of each `crate::word` and of each member of a
/// `crate::{…}`, whatever is nested in it.
fn named_from_the_root(text: &str) -> Vec<String> {
    let word =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let Some(group) = rest.trim_start().strip_prefix('{') else {
            named.push(word(rest));
            continue;
        };
        let (mut depth, mut member) = (1, String::new());
        for letter in group.chars() {
            depth += match letter {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 || (depth == 1 && letter == ',') {
                named.push(word(&member));
                member.clear();
            } else {
                member.push(letter);
            }
            if depth == 0 {
                break;
            }
        }
    }
    named
}

#[test]
fn members_of_a_grouped_import_are_seen() {
    let text = "use crate::{access::{Level, Need}, server::{Call, text}, types};\nuse crate::db::Conn;";
    assert_eq!(named_from_the_root(text), ["access", "server", "types", "db"]);
    assert_eq!(named_from_the_root("use crate::{\n    ui::Table,\n    app,\n};"), ["ui", "app", ""]);
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
        let named = named_from_the_root(&text);
        wrong.extend(
            above
                .iter()
                .filter(|above| named.iter().any(|named| named == **above))
                .map(|above| format!("{name} imports {above}/")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && !may(name) && text.lines().any(gates))
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
