//! The permission matrix as text: a change of the rules shows up as a change of `src/access/matrix.txt`.
//!
//! `UPDATE_MATRIX=1 cargo test --features ssr matrix` writes it anew.

use super::*;
use std::fmt::Write;

fn actors() -> Vec<(&'static str, Actor)> {
    let everything = |levels| vec![grant("g", levels, None)];
    let read: Levels = SCREENS.iter().map(|row| (row.screen, Level::Read)).collect();
    let gate = |gate| Actor { gate: Some(gate), ..actor(Role::CommonManager, everything(Levels::FULL)) };
    vec![
        ("administrator", actor(Role::CommonManager, everything(Levels::FULL))),
        ("reader", actor(Role::CommonManager, everything(read))),
        ("floor-full", actor(Role::OperationsEngineer, vec![grant("g", Levels::FULL, Some("a/1/"))])),
        (
            "installer",
            Actor { company_path: "root/north/".into(), ..actor(Role::OperationsEngineer, everything(Levels::FULL)) },
        ),
        ("owner-full", actor(Role::Owner, everything(Levels::FULL))),
        ("no-grants", actor(Role::CommonManager, Vec::new())),
        ("temporary", gate(Gate::PasswordChangeRequired)),
        ("disabled", gate(Gate::NoMembership)),
    ]
}

fn targets(rows: Rows) -> Vec<(&'static str, Target)> {
    let member = |company: &str, rank, own| Target::Member { company: company.into(), rank, own };
    let screen = ("the screen", Target::Organization);
    match rows {
        Rows::Organization => vec![screen],
        Rows::Place => vec![
            screen,
            ("inside floor", Target::Place("a/1/x/".into())),
            ("outside floor", Target::Place("a/2/".into())),
        ],
        Rows::Company => vec![
            screen,
            ("own company", Target::Company("root/north/".into())),
            ("root company", Target::Company("root/".into())),
        ],
        Rows::Member => vec![
            screen,
            ("owner, company below", member("root/north/", Role::Owner, false)),
            ("manager, company below", member("root/north/", Role::CommonManager, false)),
            ("owner, other company", member("root/south/", Role::Owner, false)),
            ("own row", member("root/north/", Role::Owner, true)),
        ],
    }
}

fn mark(actor: &Actor, need: &Need) -> &'static str {
    match decide(actor, need) {
        Decision::Allowed(_) => "yes",
        Decision::Refused(Why::OutOfReach) => "404",
        Decision::Refused(Why::OwnRow) => "409",
        Decision::Refused(_) => "403",
    }
}

fn matrix() -> String {
    let actors = actors();
    let mut text = String::from("read/full, per screen and target; yes is allowed, a number is the HTTP answer\n\n");
    write!(text, "{:<13}{:<24}", "screen", "target").unwrap();
    for (name, _) in &actors {
        write!(text, "{name:<15}").unwrap();
    }
    for row in &SCREENS {
        for (name, target) in targets(row.rows) {
            write!(text, "\n{:<13}{name:<24}", row.code).unwrap();
            for (_, actor) in &actors {
                let at = |level| mark(actor, &Need { screen: row.screen, level, target: target.clone() });
                let pair = format!("{}/{}", at(Level::Read), at(Level::Full));
                write!(text, "{pair:<15}").unwrap();
            }
        }
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn matrix_is_the_one_that_was_reviewed() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/access/matrix.txt");
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(file, matrix()).unwrap();
    }
    let reviewed = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(matrix(), reviewed, "the rules changed; review the difference, then UPDATE_MATRIX=1");
}
