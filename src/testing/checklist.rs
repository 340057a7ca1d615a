//! `docs/security.md` names a test for each item of the security checklist; each of them must exist.

use super::architecture::all;
use std::path::Path;

#[test]
fn every_test_that_the_security_checklist_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let specs = std::fs::read_dir(root.join("end2end")).unwrap().map(|entry| entry.unwrap().path());
    let specs: String = specs.filter(|path| path.to_string_lossy().ends_with(".spec.ts")).map(|it| read(&it)).collect();
    let rust: String = all().into_iter().map(|(_, text)| text).collect();
    let page = read(&root.join("docs/security.md"));
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #")).collect();
    assert!(rows.len() > 50, "{} rows", rows.len());
    for row in rows {
        let tests: Vec<&str> = row.rsplit("| ").next().unwrap_or_default().split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row}");
        for test in tests {
            let exists = rust.contains(&format!("fn {test}(")) || specs.contains(&format!("test('{test}'"));
            assert!(exists, "{test} is named in docs/security.md and does not exist");
        }
    }
}
