//! That a page of a list reads as much of a large installation as of a small one.

use super::drive::{Seen, ask_lists, lists};
use super::fill::{fill, gather_statistics, manager};
use super::measure::Meter;
use crate::testing::{TestApp, WITH_PASSWORD, both};

const FEW: i64 = 1_000;
const MANY: i64 = 20_000;

/// Rows that a request may read more beside a third: tables of an organization that are small in every size.
const BESIDE: i64 = 60;

/// What each question to a list read, by who asked; counting apart, which ends at 10,000 wherever a list is longer.
async fn read(app: &TestApp, users: i64) -> Vec<(String, i64)> {
    let filled = fill(app, users).await;
    let mut meter = Meter::on(app).await;
    gather_statistics(&mut meter.conn()).await;
    let lists = lists(&filled, app.state.now());
    let company = filled.company.clone();
    let manager = app.signed_in_as(manager("north", Some(&company))).await;
    let mut rows = Vec::new();
    for (who, mut browser) in [("administrator", app.admin().await), ("manager", manager)] {
        let mut seen = Seen::default();
        ask_lists(&mut browser, &lists, &mut seen).await;
        for (asked, ran) in seen {
            let mut all = 0;
            for ran in ran.iter().filter(|ran| !ran.sql.starts_with("select count(*)")) {
                all += meter.cost(ran).await.all;
            }
            rows.push((format!("{who} {asked}"), all));
        }
    }
    rows
}

both! {
    async fn page_of_a_list_reads_the_same_of_1000_users_and_of_20000(app: TestApp) {
        let small = app.untouched(&WITH_PASSWORD).await.after_first_start().await;
        let (few, many) = (read(&small, FEW).await, read(&app, MANY).await);
        let pairs = few.iter().zip(&many).filter(|((_, few), (_, many))| *many > few * 13 / 10 + BESIDE);
        let wrong: Vec<String> = pairs
            .map(|((_, few), (asked, many))| format!("{asked}: {few} of {FEW} users, {many} of {MANY}"))
            .collect();
        assert_eq!(few.len(), many.len());
        assert!(wrong.is_empty(), "{} questions\n{}", wrong.len(), wrong.join("\n"));
    }
}
