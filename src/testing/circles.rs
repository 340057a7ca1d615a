//! No file imports itself by way of others: what is read is read from the bottom up.

use super::architecture::{all, is_test};
use super::imports::paths_from_the_root;
use std::collections::{BTreeMap, BTreeSet};

/// The sources of the product by their modules, without their tests and comments.
fn modules() -> BTreeMap<String, String> {
    let sources = all().into_iter().filter(|(name, _)| !is_test(name) && !name.starts_with("testing/"));
    let module = |name: &str| {
        let path = name.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        if ["lib", "main"].contains(&path.as_str()) { String::new() } else { path }
    };
    sources.map(|(name, text)| (module(&name), read(&text))).collect()
}

fn read(text: &str) -> String {
    let product = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().replace("(in crate::", "(in ");
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// `super::` and the names of its own children, from the root.
fn rooted(module: &str, text: &str, modules: &BTreeMap<String, String>) -> String {
    let parent = |module: &str| module.rsplit_once("::").map_or(String::new(), |(parent, _)| format!("{parent}::"));
    let above = parent(module);
    let mut text = text.replace("super::super::", &format!("crate::{}", parent(above.trim_end_matches("::"))));
    text = text.replace("super::", &format!("crate::{above}"));
    let below = if module.is_empty() { String::new() } else { format!("{module}::") };
    for child in modules.keys().filter_map(|name| name.strip_prefix(&below)).filter(|rest| !rest.contains("::")) {
        text = text.replace(&format!("use {child}::"), &format!("use crate::{below}{child}::"));
        text = text.replace(&format!(" {child}::"), &format!(" crate::{below}{child}::"));
    }
    text
}

/// What a module passes on, by name: `pub use list::Order` in `db` is `Order`, of `db::list`.
fn passed_on(text: &str) -> Vec<(String, String)> {
    let uses = text.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let paths = uses.flat_map(|path| paths_from_the_root(&format!("{path};")));
    paths.filter_map(|path| path.rsplit_once("::").map(|(of, name)| (name.to_owned(), of.to_owned()))).collect()
}

/// Which module each imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let texts: BTreeMap<&String, String> =
        modules.iter().map(|(name, text)| (name, rooted(name, text, &modules))).collect();
    let passed: BTreeMap<&String, BTreeMap<String, String>> =
        texts.iter().map(|(name, text)| (*name, passed_on(text).into_iter().collect())).collect();
    let of = |path: &str| -> Option<String> {
        let mut module = path.to_owned();
        while !modules.contains_key(&module) {
            module = module.rsplit_once("::")?.0.to_owned();
        }
        let name = path.strip_prefix(&module)?.trim_start_matches("::").split("::").next()?.to_owned();
        let mut seen = BTreeSet::new();
        while let Some(next) = passed[&module].get(&name).filter(|next| modules.contains_key(*next)) {
            if !seen.insert(module.clone()) {
                break;
            }
            module = next.clone();
        }
        // A module that stands in another file, by `#[path]`.
        let elsewhere = !name.is_empty() && modules[&module].contains(&format!("mod {name};"));
        (!elsewhere).then_some(module)
    };
    let own_uses = |text: &str| {
        let without: Vec<&str> = text
            .split("pub use ")
            .enumerate()
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once(';').map_or("", |(_, rest)| rest),
            })
            .collect();
        without.join(" ")
    };
    texts
        .iter()
        .map(|(name, text)| {
            let found =
                paths_from_the_root(&own_uses(text)).iter().filter_map(|path| of(path)).collect::<BTreeSet<_>>();
            ((*name).clone(), found.into_iter().filter(|other| other != *name).collect())
        })
        .collect()
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut imports = imports();
    assert!(
        imports.len() > 200 && imports.values().any(|of| of.contains("server::state")),
        "the imports are not found"
    );
    // What imports nothing that is left is in no circle.
    loop {
        let left: BTreeSet<String> = imports.keys().cloned().collect();
        let before = imports.len();
        imports.retain(|_, of| of.iter().any(|other| left.contains(other)));
        if imports.len() == before {
            break;
        }
    }
    // Nor is what nothing that is left imports.
    loop {
        let imported: BTreeSet<String> = imports.values().flatten().cloned().collect();
        let before = imports.len();
        imports.retain(|name, _| imported.contains(name));
        if imports.len() == before {
            break;
        }
    }
    assert!(imports.is_empty(), "{imports:#?}");
}
