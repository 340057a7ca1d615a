//! That a page of a list reads as much of a large installation as of a small one.

use super::drive::{Seen, ask_lists, lists};
use super::fill::{fill, gather_statistics, manager};
use super::measure::Meter;
use crate::testing::{TestApp, WITH_PASSWORD, both};
use std::collections::HashMap;

const FEW: i64 = 1_000;
const MANY: i64 = 20_000;

/// Rows that a request may read more beside a third: tables of an organization that are small in every size.
const BESIDE: i64 = 120;

/// What one more row of a page is looked up in: its account, company, teams, grants and their profiles.
const TABLES: i64 = 6;

/// Questions that read more of more, each named by parts that it has, and why that cannot be helped yet.
const EXCEPTIONS: &[(&[&str], &str)] = &[
    (&["manager", "/users?", "profile_id="], "holders of a profile are listed without their company"),
    (&["manager", "/audit-events?", "action="], "the index is of the company, or of the action"),
    (&["manager", "/sessions?"], "a session does not have its owner's company"),
    (&["/sessions?", "kind=integration"], "PostgreSQL sorts the tokens of integrations, which live for an hour"),
    (&["/sessions?sort=signed_in_at "], "the same, among all kinds"),
    (&["/sessions?sort=-signed_in_at "], "the same, among all kinds"),
    (&["/sessions?sort=signed_in_at&cursor="], "the same, among all kinds"),
    (&["/sessions?sort=-signed_in_at&cursor="], "the same, among all kinds"),
    (&["manager", "/grants?"], "a grant does not have its subject's company"),
    (&["manager", "/mails?"], "a mail does not have its reader's company"),
    (&["/alerts?", "acknowledged=true", "cursor="], "PostgreSQL reads the open alerts, of which few are acknowledged"),
    (&["/mails?", "cursor="], "PostgreSQL keeps a plan that reads the whole outbox, which is kept short"),
    (&["/mails?", "status=failed"], "what failed is found in the outbox, which is kept short"),
    (&["/sessions?", "q="], "there is no index of the names of whoever has a session"),
    (&["/profiles?"], "who holds each profile is counted"),
    (&["/teams?"], "who is in each team is counted"),
    (&["building_id="], "what is in a building is sorted by another order than its own"),
];

fn excepted(asked: &str) -> bool {
    let asked = format!("{asked} ");
    EXCEPTIONS.iter().any(|(parts, _)| parts.iter().all(|part| asked.contains(part)))
}

/// What a question read and answered.
struct Asked {
    question: String,
    read: i64,
    answered: i64,
}

/// What each question to a list read, by who asked; counting apart, which ends at 10,000 wherever a list is longer.
async fn read(app: &TestApp, users: i64) -> Vec<Asked> {
    let filled = fill(app, users).await;
    let mut meter = Meter::on(app).await;
    gather_statistics(&mut meter.conn()).await;
    let lists = lists(&filled, app.state.now());
    let company = filled.company.clone();
    let manager = app.signed_in_as(manager("north", Some(&company))).await;
    let (mut rows, mut known) = (Vec::new(), HashMap::new());
    for (who, mut browser) in [("administrator", app.admin().await), ("manager", manager)] {
        let mut seen = Seen::default();
        ask_lists(&mut browser, &lists, &mut seen).await;
        for (asked, ran) in seen {
            let mut row = Asked { question: format!("{who} {asked}"), read: 0, answered: 0 };
            for ran in ran.into_iter().filter(|ran| !ran.sql.starts_with("select count(*)")) {
                if !known.contains_key(&ran) {
                    known.insert(ran.clone(), meter.cost(&ran).await);
                }
                row.read += known[&ran].all;
                row.answered += known[&ran].answered;
            }
            rows.push(row);
        }
    }
    rows
}

/// As much more as the smaller list had no full page, and a third.
fn grows(few: &Asked, many: &Asked) -> bool {
    many.read > few.read * 13 / 10 + TABLES * (many.answered - few.answered).max(0) + BESIDE
}

both! {
    async fn page_of_a_list_reads_the_same_of_1000_users_and_of_20000(app: TestApp) {
        let small = app.untouched(&WITH_PASSWORD).await.after_first_start().await;
        let (few, many) = (read(&small, FEW).await, read(&app, MANY).await);
        assert_eq!(few.len(), many.len());
        let pairs = few.iter().zip(&many).filter(|(few, many)| grows(few, many) && !excepted(&few.question));
        let wrong: Vec<String> = pairs
            .map(|(few, many)| {
                format!("{}: {} of {FEW} users, {} of {MANY}, for {}", many.question, few.read, many.read, many.answered)
            })
            .collect();
        assert!(wrong.is_empty(), "{} questions\n{}", wrong.len(), wrong.join("\n"));
    }
}
